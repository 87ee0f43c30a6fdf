package dev.oneport.transport.http2;

import dev.oneport.testing.TestTls;
import dev.oneport.transport.HeadMemory;
import dev.oneport.transport.RefusedRequests;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.http1.Http1Limits;
import dev.oneport.transport.http1.Http1Server;
import dev.oneport.transport.http2.http.StreamExchange;
import io.helidon.logging.common.LogConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A real server on a free port of the loopback. With {@code -Doneport.test.stock=true} Helidon's
 * own HTTP/2 and gRPC serve it, so that a test can be seen to fail there.
 */
public final class Http2Port implements AutoCloseable {
  public static final boolean STOCK = Boolean.getBoolean("oneport.test.stock");

  static {
    LogConfig.configureRuntime();
  }

  private final Http2Server http2;
  private final WebServer server;

  private Http2Port(Builder builder) {
    http2 =
        new Http2Server(
            builder.limits,
            RequestMemory.unbounded(),
            builder.protocols,
            StreamExchange.protocol(RefusedRequests.IGNORED),
            builder.heads);
    var config =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .shutdownGracePeriod(builder.grace)
            .connectionOptions(options -> options.tcpNoDelay(true))
            .useNio(false)
            .addRouting(builder.routing)
            .addRouting(builder.grpc);
    if (TestTls.ON) {
      var http1 =
          new Http1Server(
              Http1Limits.defaults(), List.of(http2.upgrader()), RefusedRequests.IGNORED);
      config
          .protocolsDiscoverServices(false)
          .addConnectionSelector(TestTls.over(http1.selector(http2.selector())));
    } else if (!STOCK) {
      config
          .addConnectionSelector(http2.selector())
          .addConnectionSelector(
              Http1ConnectionSelector.builder()
                  .config(Http1Config.create())
                  .addUpgrader(http2.upgrader())
                  .build());
    }
    builder.server.accept(config);
    server = config.build().start();
    if (TestTls.ON) {
      TestTls.opened(server.port());
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  public int port() {
    return server.port();
  }

  public Http2Server http2() {
    return http2;
  }

  public WebServer server() {
    return server;
  }

  @Override
  public void close() {
    TestTls.closed(server.port());
    server.stop();
  }

  public static final class Builder {
    private Http2Limits limits = Http2Limits.defaults();
    private HeadMemory heads = HeadMemory.ofHeap(4);
    private final List<StreamProtocol> protocols = new ArrayList<>();
    private final HttpRouting.Builder routing = HttpRouting.builder();
    private GrpcRouting.Builder grpc = GrpcRouting.builder();
    private Consumer<WebServerConfig.Builder> server = _ -> {};
    private Duration grace = Duration.ofSeconds(2);

    private Builder() {}

    /** The memory for heads, of all connections together. */
    Builder heads(HeadMemory memory) {
      heads = memory;
      return this;
    }

    public Builder limits(Http2Limits changed) {
      limits = changed;
      return this;
    }

    public Builder protocol(StreamProtocol protocol) {
      protocols.add(protocol);
      return this;
    }

    public Builder http(Consumer<HttpRouting.Builder> change) {
      change.accept(routing);
      return this;
    }

    public Builder grpc(GrpcRouting.Builder changed) {
      grpc = changed;
      return this;
    }

    public Builder server(Consumer<WebServerConfig.Builder> change) {
      server = change;
      return this;
    }

    public Builder grace(Duration changed) {
      grace = changed;
      return this;
    }

    public Http2Port start() {
      return new Http2Port(this);
    }
  }
}
