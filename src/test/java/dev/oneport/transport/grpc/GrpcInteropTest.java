package dev.oneport.transport.grpc;

import static org.junit.Assert.assertEquals;

import dev.oneport.testing.TestTls;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.GrpcLimits;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.testing.integration.AbstractInteropTest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.BlockJUnit4ClassRunner;
import org.junit.runners.model.FrameworkMethod;
import org.junit.runners.model.InitializationError;

/** The public interoperability suite: grpc-java's client and its service, on our port. */
@RunWith(GrpcInteropTest.Cases.class)
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
    return TestTls.channel(server.port())
        .flowControlWindow(TEST_FLOW_CONTROL_WINDOW)
        .maxInboundMessageSize(MAX_MESSAGE_SIZE);
  }

  @Override
  protected boolean metricsExpected() {
    return false;
  }

  /**
   * Both ends watch the deadline. The suite knows the words of its client, and of its server, which
   * resets the stream; ours sends the status, as gRPC's C core does. The suite has compared the
   * code by then.
   */
  @Test
  @Override
  @SuppressWarnings("JUnitMethodInvoked")
  public void deadlineExceeded() throws Exception {
    try {
      super.deadlineExceeded();
    } catch (AssertionError otherWords) {
      assertEquals(
          GrpcFailure.DEADLINE_EXCEEDED.status().getDescription(), otherWords.getMessage());
    }
  }

  /** All cases but the two that look into grpc-java's own server. */
  public static final class Cases extends BlockJUnit4ClassRunner {
    private static final Set<String> OF_ITS_OWN_SERVER =
        Set.of("censusContextsPropagated", "sendsTimeoutHeader");

    public Cases(Class<?> type) throws InitializationError {
      super(type);
    }

    @Override
    protected List<FrameworkMethod> computeTestMethods() {
      return super.computeTestMethods().stream()
          .filter(method -> !OF_ITS_OWN_SERVER.contains(method.getName()))
          .toList();
    }
  }
}
