package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.identity.ApiKey;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.Origin;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No credential of a client reaches an upstream, however it came and however it is spelt. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeptCredentialsTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final TestIssuer OTHER = TestIssuer.other();
  private static final String TOKEN = ISSUER.token().sign();
  private static final String OTHER_TOKEN = OTHER.token().sign();
  private static final String KEY = ApiKey.random();
  private static final String SUBPROTOCOL =
      "base64url.bearer.authorization.oneport.dev."
          + Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(TOKEN.getBytes(StandardCharsets.US_ASCII));

  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final Origin origin =
      Origin.of(
          (request, in, out) -> {
            heads.add(request.head());
            out.write(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
          });
  private final List<String> metadata = new CopyOnWriteArrayList<>();
  private final Server upstream = upstream();
  private final RunningServer server = RunningServer.start(yaml());

  private String yaml() {
    return """
    identity:
      issuers:
        test: { issuer: "%1$s", jwks: '%2$s', audiences: [ "%3$s" ], caller-prefix: "t:" }
        other: { issuer: "%4$s", jwks: '%5$s', audiences: [ "%3$s" ], caller-prefix: "o:", header: X-Second-Token }
        web: { issuer: "https://web.test", jwks: '%2$s', audiences: [ "%3$s" ], caller-prefix: "w:", cookie: session }
        keys: { kind: api-keys, keys: [ "%6$s" ], caller-prefix: "k:" }
    upstreams:
      web: { url: "http://127.0.0.1:%7$d" }
      rpc: { url: "h2c://127.0.0.1:%8$d" }
    forward:
      - { route: HTTP * /**, to: web }
      - { route: WS /ws, to: web }
      - { route: GRPC **/*, to: rpc }
    policy:
      rules:
        - { allow: [ authenticated ], route: [ HTTP GET /**, WS /ws, GRPC **/* ] }
        - { allow: [ authenticated ], credential: test, route: HTTP POST /** }
        - { allow: [ anyone ], route: HTTP PUT /** }
    """
        .formatted(
            ISSUER.id(),
            ISSUER.jwks(),
            TestIssuer.AUDIENCE,
            OTHER.id(),
            OTHER.jwks(),
            ApiKey.of(KEY, "ci", List.of()).line(),
            origin.port(),
            upstream.getPort());
  }

  private Server upstream() {
    ServerCallHandler<String, String> handler =
        (call, headers) -> {
          call.request(1);
          return new ServerCall.Listener<>() {
            @Override
            public void onHalfClose() {
              call.sendHeaders(new Metadata());
              call.sendMessage("hi");
              call.close(Status.OK, new Metadata());
            }
          };
        };
    var service =
        ServerServiceDefinition.builder("Any")
            .addMethod(ProbeService.method("Any/Unary", MethodType.UNARY), handler)
            .build();
    try {
      return NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
          .addService(service)
          .intercept(
              new ServerInterceptor() {
                @Override
                public <Q, R> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                  metadata.add(headers.toString());
                  return next.startCall(call, headers);
                }
              })
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  void stop() {
    server.close();
    origin.close();
    upstream.shutdownNow();
  }

  /** A request, and what its credentials are. */
  record Row(String name, String method, List<HeaderField> headers) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    var web = ISSUER.token().claim("iss", "https://web.test").sign();
    return Stream.of(
        row("a bearer token", "Authorization", "Bearer " + TOKEN),
        row("in lower case", "authorization", "bearer " + TOKEN),
        row("in upper case", "AUTHORIZATION", "BEARER " + TOKEN),
        row("an issuer's header", "X-Second-Token", OTHER_TOKEN),
        row("an issuer's header in another case", "x-SECOND-token", OTHER_TOKEN),
        row("an API key", "X-API-Key", KEY),
        row("an API key in another case", "x-api-KEY", KEY),
        row("a cookie", "Cookie", "theme=dark; session=" + web + "; lang=de"),
        row("a cookie alone", "cookie", "session=" + web),
        row("a cookie in quotes", "COOKIE", "session=\"" + web + "\""),
        row(
            "with underscores",
            "Authorization",
            "Bearer " + TOKEN,
            "X_Second_Token",
            OTHER_TOKEN,
            "x_api_key",
            KEY),
        row(
            "of a proxy",
            "Authorization",
            "Bearer " + TOKEN,
            "Proxy-Authorization",
            "Basic " + KEY),
        row(
            "of the platform",
            "Authorization",
            "Bearer " + TOKEN,
            "X-Serverless-Authorization",
            "Bearer " + OTHER_TOKEN),
        new Row(
            "where another decides",
            "POST",
            List.of(
                HeaderField.bearer(TOKEN),
                new HeaderField("X-Second-Token", OTHER_TOKEN),
                new HeaderField("X-API-Key", KEY),
                new HeaderField("Cookie", "session=" + web))),
        new Row(
            "where none is needed",
            "PUT",
            List.of(
                HeaderField.bearer(TOKEN),
                new HeaderField("X-Second-Token", OTHER_TOKEN),
                new HeaderField("X-API-Key", KEY),
                new HeaderField("Cookie", "session=" + web))));
  }

  private static Row row(String name, String... headers) {
    var fields = new ArrayList<HeaderField>();
    for (int i = 0; i < headers.length; i += 2) {
      fields.add(new HeaderField(headers[i], headers[i + 1]));
    }
    return new Row(name, "GET", fields);
  }

  /** The credentials in a value, without a scheme or what stands around them. */
  private static boolean holdsCredential(String text) {
    return text.contains(TOKEN.substring(0, 30))
        || text.contains(OTHER_TOKEN.substring(0, 30))
        || text.contains("eyJ")
        || text.contains(KEY)
        || text.contains("base64url.bearer");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void overHttp(Row row) throws IOException {
    heads.clear();
    var request = new StringBuilder(row.method() + " /x HTTP/1.1\r\nHost: localhost\r\n");
    if (!row.method().equals("GET")) {
      request.append("Content-Length: 0\r\n");
    }
    row.headers()
        .forEach(it -> request.append(it.name()).append(": ").append(it.value()).append("\r\n"));
    assertEquals(200, RawHttp.send(server.port(), request + "\r\n").status());
    assertEquals(1, heads.size());
    assertFalse(holdsCredential(heads.getFirst()), heads.getFirst());
    if (row.name().equals("a cookie")) {
      assertTrue(heads.getFirst().toLowerCase(Locale.ROOT).contains("cookie: theme=dark; lang=de"));
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void overWebSocket(Row row) throws IOException {
    heads.clear();
    var request =
        new StringBuilder(
            """
            GET /ws HTTP/1.1
            Host: localhost
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            """
                .replace("\n", "\r\n"));
    if (row.method().equals("GET")) {
      row.headers()
          .forEach(it -> request.append(it.name()).append(": ").append(it.value()).append("\r\n"));
      if (row.headers().getFirst().name().equalsIgnoreCase("cookie")) {
        request.append(
            TestTls.ON ? "Origin: https://localhost\r\n" : "Origin: http://localhost\r\n");
      }
    } else {
      request.append("sec-websocket-PROTOCOL: chat, ").append(SUBPROTOCOL).append("\r\n");
    }
    RawHttp.send(server.port(), request + "\r\n");
    assertEquals(1, heads.size(), "the upstream was not asked");
    assertFalse(holdsCredential(heads.getFirst()), heads.getFirst());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void overGrpc(Row row) {
    var cookie = row.headers().getFirst().name().equalsIgnoreCase("cookie");
    if (!row.method().equals("GET") || cookie) {
      // A cookie counts for no gRPC call, and there are no other methods.
      return;
    }
    metadata.clear();
    try (var client = new GrpcProbe(server.port(), false)) {
      assertEquals("OK", client.callWith("Any/Unary", row.headers()));
    }
    assertEquals(1, metadata.size());
    assertFalse(holdsCredential(metadata.getFirst()), metadata.getFirst());
  }
}
