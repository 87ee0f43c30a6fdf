package dev.oneport.gateway;

import dev.oneport.testing.CountingOrigin;
import dev.oneport.testing.CountingProcess;
import dev.oneport.testing.Origin;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One of two addresses is killed and started again under load, ten times: only calls that were in
 * flight on it fail, each with its reason, and none is done twice.
 */
@Timeout(120)
final class RestartedUpstreamTest {
  /** With the ports of the upstream that stays, and of the one that is killed. */
  @SuppressWarnings("InlineFormatString")
  private static final String HTTP =
      """
      upstreams: { a: { url: [ "http://127.0.0.1:%d", "http://127.0.0.1:%d" ] } }
      forward: [ { route: HTTP * /**, to: a }, { route: WS /live, to: a } ]
      policy: { rules: [ { allow: [ anyone ], route: [ HTTP * /**, WS /live ] } ] }
      """;

  @SuppressWarnings("InlineFormatString")
  private static final String GRPC =
      """
      upstreams: { g: { url: [ "h2c://127.0.0.1:%d", "h2c://127.0.0.1:%d" ], reflection: false } }
      forward: [ { route: GRPC **/*, to: g } ]
      policy: { rules: [ { allow: [ anyone ], route: GRPC **/* } ] }
      """;

  @SuppressWarnings("InlineFormatString")
  private static final String ALL =
      """
      upstreams:
        a: { url: [ "http://127.0.0.1:%d", "http://127.0.0.1:%d" ] }
        g: { url: [ "h2c://127.0.0.1:%d", "h2c://127.0.0.1:%d" ], reflection: false }
      forward:
        - { route: HTTP * /**, to: a }
        - { route: WS /live, to: a }
        - { route: GRPC **/*, to: g }
      policy: { rules: [ { allow: [ anyone ], route: [ HTTP * /**, WS /live, GRPC **/* ] } ] }
      """;

  private final UpstreamLoad load = new UpstreamLoad();

  /** Closes its connections. */
  private final class InThisProcess implements UpstreamLoad.Restarted {
    private Origin origin = CountingOrigin.at(0, load::count);
    private final int port = origin.port();

    @Override
    public void kill() {
      origin.close();
    }

    @Override
    public void start() {
      origin = CountingOrigin.at(port, load::count);
    }

    @Override
    public void close() {
      origin.close();
    }
  }

  private final class GrpcInThisProcess implements UpstreamLoad.Restarted {
    private Server server = CountingProcess.grpcAt(0, load::count);
    private final int port = server.getPort();

    private GrpcInThisProcess() throws IOException {}

    @Override
    public void kill() throws InterruptedException {
      server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    @Override
    public void start() throws IOException {
      server = CountingProcess.grpcAt(port, load::count);
    }

    @Override
    public void close() {
      server.shutdownNow();
    }
  }

  /** Whose kernel ends its connections. */
  private final class InAnother implements UpstreamLoad.Restarted {
    private CountingProcess process = CountingProcess.start(0, 0, load::count);
    private final int http = process.http();
    private final int grpc = process.grpc();

    private InAnother() throws IOException {}

    @Override
    public void kill() throws InterruptedException {
      process.kill();
    }

    @Override
    public void start() throws IOException {
      process = CountingProcess.start(http, grpc, load::count);
    }

    @Override
    public void close() {
      process.close();
    }
  }

  @Test
  void requestsOverHttp() throws Exception {
    try (var stays = CountingOrigin.at(0, load::count);
        var killed = new InThisProcess();
        var server = RunningServer.start(HTTP.formatted(stays.port(), killed.port))) {
      load.run(killed, List.of(id -> UpstreamLoad.post(server.port(), id)));
      server.stop();
      load.check(server);
    }
  }

  @Test
  void sockets() throws Exception {
    try (var stays = CountingOrigin.at(0, load::count);
        var killed = new InThisProcess();
        var server = RunningServer.start(HTTP.formatted(stays.port(), killed.port))) {
      load.run(killed, List.of(id -> UpstreamLoad.message(server.port(), id)));
      server.stop();
      load.check(server);
    }
  }

  @Test
  void grpcCalls() throws Exception {
    var stays = CountingProcess.grpcAt(0, load::count);
    try (var killed = new GrpcInThisProcess();
        var server = RunningServer.start(GRPC.formatted(stays.getPort(), killed.port))) {
      var channel = channel(server);
      try {
        load.run(killed, List.of(id -> UpstreamLoad.unary(channel, id)));
      } finally {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      }
      server.stop();
      load.check(server);
    } finally {
      stays.shutdownNow();
    }
  }

  /** The process gets SIGKILL, so that nothing in it can say goodbye. */
  @Test
  void aProcessWithAllThree() throws Exception {
    var grpc = CountingProcess.grpcAt(0, load::count);
    try (var http = CountingOrigin.at(0, load::count);
        var killed = new InAnother();
        var server =
            RunningServer.start(
                ALL.formatted(http.port(), killed.http, grpc.getPort(), killed.grpc))) {
      var channel = channel(server);
      try {
        load.run(
            killed,
            List.of(
                id -> UpstreamLoad.post(server.port(), id),
                id -> UpstreamLoad.unary(channel, id),
                id -> UpstreamLoad.message(server.port(), id)));
      } finally {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      }
      server.stop();
      load.check(server);
    } finally {
      grpc.shutdownNow();
    }
  }

  private static ManagedChannel channel(RunningServer server) {
    return TestTls.channel(server.port()).build();
  }
}
