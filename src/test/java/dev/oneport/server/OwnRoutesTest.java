package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http2.RawServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where everything is forwarded, a rule that names a route of the server's own still turns it on:
 * probes and keys are about this server, and not about the service behind it.
 */
@Timeout(60)
final class OwnRoutesTest {
  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      upstreams:
        http: { url: "%s" }
        grpc: { url: "h2c://127.0.0.1:%d", reflection: false }
      forward: [ { route: HTTP * /**, to: http }, { route: GRPC **/*, to: grpc } ]
      policy:
        rules:
          - { allow: [ anyone ], route: [ HTTP * /**, GRPC **/* ] }
      """;

  private static final String NAMED =
      """
          - allow: [ anyone ]
            route: [ HTTP GET /health/*, HTTP GET /metrics, HTTP GET /.well-known/oneport/jwks.json, GRPC grpc.health.v1.Health/* ]
      """;

  /** Answers each call with a status of its own. */
  private static RawServer teapot() {
    return RawServer.http2(
        (peer, first) ->
            peer.headers(
                first.stream(),
                true,
                ":status",
                "200",
                "content-type",
                "application/grpc",
                "grpc-status",
                "10"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/health/live", "/health/ready", "/metrics", "/.well-known/oneport/jwks.json"})
  void aRuleThatNamesARouteOfTheServerTurnsItOn(String path) throws Exception {
    try (var origin = Origin.echo();
        var upstream = teapot();
        var server = RunningServer.start(YAML.formatted(origin.url(), upstream.port()) + NAMED)) {
      assertEquals(200, RawHttp.get(server.port(), path).status());
      assertEquals(List.of(), origin.requests());
      assertEquals(200, RawHttp.get(server.port(), "/other").status());
      assertEquals(1, origin.requests().size());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/health/live", "/health/ready", "/metrics", "/.well-known/oneport/jwks.json"})
  void otherwiseItIsForwarded(String path) throws Exception {
    try (var origin = Origin.echo();
        var upstream = teapot();
        var server = RunningServer.start(YAML.formatted(origin.url(), upstream.port()))) {
      assertEquals(200, RawHttp.get(server.port(), path).status());
      assertEquals(1, origin.requests().size());
    }
  }

  @Test
  void theSameForGrpc() throws Exception {
    try (var origin = Origin.echo();
        var upstream = teapot();
        var server = RunningServer.start(YAML.formatted(origin.url(), upstream.port()) + NAMED);
        var all = RunningServer.start(YAML.formatted(origin.url(), upstream.port()));
        var client = new GrpcProbe(server.port(), false);
        var other = new GrpcProbe(all.port(), false)) {
      assertEquals("OK", client.call("grpc.health.v1.Health/Check"));
      assertEquals("ABORTED", client.call("a.B/C"));
      assertEquals("ABORTED", other.call("grpc.health.v1.Health/Check"));
    }
  }
}
