package dev.oneport.transport.grpc;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.testing.integration.AbstractInteropTest;
import org.jspecify.annotations.Nullable;

/** The public interoperability suite: grpc-java's client and its service, on our port. */
public final class GrpcInteropTest extends AbstractInteropTest {
  private final PortServerBuilder server =
      new PortServerBuilder(new GrpcLimits(MAX_MESSAGE_SIZE, MAX_MESSAGE_SIZE));

  @Override
  protected ServerBuilder<?> getServerBuilder() {
    return server;
  }

  /** Keeps the server to itself: the suite would look into the tracers of grpc-java's own. */
  @Override
  protected void startServer(@Nullable ServerBuilder<?> builder) {
    server.start();
  }

  @Override
  public void tearDown() {
    super.tearDown();
    server.stop();
  }

  @Override
  protected ManagedChannelBuilder<?> createChannelBuilder() {
    return NettyChannelBuilder.forAddress(
            "127.0.0.1", server.port(), InsecureChannelCredentials.create())
        .flowControlWindow(TEST_FLOW_CONTROL_WINDOW)
        .maxInboundMessageSize(MAX_MESSAGE_SIZE);
  }

  @Override
  protected boolean metricsExpected() {
    return false;
  }
}
