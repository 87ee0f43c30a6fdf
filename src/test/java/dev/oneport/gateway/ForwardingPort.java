package dev.oneport.gateway;

import dev.oneport.api.Caller;
import dev.oneport.config.Configuration;
import dev.oneport.gateway.assertion.AssertionKeys;
import dev.oneport.gateway.idtoken.IdTokens;
import dev.oneport.policy.PolicyFile;
import dev.oneport.policy.TokenNames;
import dev.oneport.proxies.Proxies;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.CallMethod;
import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.grpc.GrpcProtocol;
import dev.oneport.transport.grpc.GrpcServices;
import dev.oneport.transport.http2.Http2Port;
import dev.oneport.transport.http2.RawClient;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A port that forwards all gRPC calls, without guards. */
final class ForwardingPort implements AutoCloseable {
  /** Stands in for the guard. */
  private static final ServerInterceptor ANYONE =
      new ServerInterceptor() {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
          return Caller.as(Caller.ANONYMOUS).call(() -> next.startCall(call, headers));
        }
      };

  private final GrpcConnections connections =
      new GrpcConnections(
          RequestMemory.unbounded(), new UpstreamStandings(RequestMemory.unbounded()));
  private final Http2Port port;
  private final ManagedChannel channel;

  private ForwardingPort(String upstream, GrpcLimits limits) {
    var yaml =
        "upstreams: { all: { " + upstream + " } }\nforward: [ { route: GRPC **/*, to: all } ]";
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    var forwards = Forwards.read(configuration.root());
    var policy = PolicyFile.read(configuration.root().section("policy"), TokenNames.of(true));
    configuration.check();
    var gateway =
        new GrpcGateway(
            ForwardTable.of(forwards, policy),
            connections,
            new ForwardedIdentities(
                forwards,
                Set.of("x-token"),
                Set.of(),
                _ -> List.of(),
                new AssertionKeys(Instant::now),
                Instant::now,
                new IdTokens(Instant::now)),
            Proxies.NONE,
            limits);
    port =
        Http2Port.builder()
            .protocol(
                new GrpcProtocol(
                    limits,
                    RequestMemory.unbounded(),
                    FailureStatus.PLAIN,
                    GrpcServices.builder()
                        .others(
                            name ->
                                gateway
                                    .method(name)
                                    .map(
                                        found ->
                                            CallMethod.of(found.definition(), List.of(ANYONE))))
                        .build()))
            .start();
    channel = TestTls.channel(port.port()).maxInboundMessageSize(32 << 20).build();
  }

  static ForwardingPort to(int upstream) {
    return with("url: \"h2c://127.0.0.1:" + upstream + "\"");
  }

  /** An upstream in the words of the configuration. */
  static ForwardingPort with(String upstream) {
    return new ForwardingPort(upstream, new GrpcLimits(16 << 20, 16 << 20));
  }

  RawClient raw() {
    return RawClient.connect(port.port());
  }

  ManagedChannel channel() {
    return channel;
  }

  int number() {
    return port.port();
  }

  long openStreams() {
    return port.http2().openStreams();
  }

  @Override
  public void close() {
    try {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    port.close();
    connections.close();
  }
}
