package dev.oneport.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.certificates.EcKeyFiles;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.json.Json;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.grpc.BytesService;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An upstream can check who calls, and believes no client about it. */
@Timeout(60)
final class AssertionTest {
  private static final String KEYS = "/.well-known/oneport/jwks.json";
  private static final TestIssuer ISSUER = TestIssuer.good();

  private final ManualClock clock = new ManualClock(Instant.now());
  private final List<Metadata> metadata = new CopyOnWriteArrayList<>();
  private final List<String> trailers = new CopyOnWriteArrayList<>();
  private Origin origin;
  private Server grpc;
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    origin =
        Origin.of(
            (request, in, out) -> {
              if (!request.values("upgrade").isEmpty()) {
                Origin.write(out, Origin.response(403, "seen"));
                return false;
              }
              if (!request.values("transfer-encoding").isEmpty()) {
                for (var line = "0"; !line.isEmpty(); trailers.add(line)) {
                  line = Origin.nextLine(in);
                }
              }
              Origin.write(out, Origin.response(200, "seen"));
              return true;
            });
    grpc =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(BytesService.bidi(this::handle))
            .build()
            .start();
    server = RunningServer.start(yaml("assertion: true"), clock);
  }

  private ServerCall.Listener<byte[]> handle(ServerCall<byte[], byte[]> call, Metadata headers) {
    metadata.add(headers);
    call.sendHeaders(new Metadata());
    call.request(2);
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(byte[] message) {
        call.sendMessage(message);
      }

      @Override
      public void onHalfClose() {
        call.close(Status.OK, new Metadata());
      }
    };
  }

  private String yaml(String assertion) {
    return """
        upstreams:
          web: { url: "%s", %s }
          bytes: { url: "h2c://127.0.0.1:%d", %s }
        forward:
          - { route: HTTP * /a/**, to: web }
          - { route: GRPC test.*/*, to: bytes }
          - { route: WS /live, to: web }
        identity:
          issuers:
            test:
              issuer: %s
              jwks: %s
              audiences: [ "%s" ]
              caller-claim: email
              algorithms: [ RS256 ]
              claims: [ tenant, plan, none ]
        policy:
          roles: { user: [ alice@example.com ] }
          rules:
            - { allow: [ user ], route: [ HTTP * /a/**, GRPC test.Bytes/*, WS /live ] }
            - { allow: [ anyone ], route: [ HTTP GET /a/open, HTTP GET %s ] }
        """
        .formatted(
            origin.url(),
            assertion,
            grpc.getPort(),
            assertion,
            ISSUER.id(),
            ISSUER.jwksFile(),
            TestIssuer.AUDIENCE,
            KEYS);
  }

  @AfterEach
  void stop() {
    server.close();
    grpc.shutdownNow();
    origin.close();
  }

  private String token() {
    return ISSUER
        .token()
        .claim("email", "alice@example.com")
        .claim("tenant", "t1")
        .claim("plan", Map.of("seats", List.of(3)))
        .claim("iat", clock.instant().getEpochSecond())
        .claim("exp", clock.instant().getEpochSecond() + 3600)
        .sign();
  }

  private RawHttp.Answer ask(String line, String fields, String content) throws Exception {
    return RawHttp.send(
        server.port(),
        line
            + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer "
            + token()
            + "\r\n"
            + fields
            + "\r\n"
            + content);
  }

  /** The assertion of the last request. */
  private String asserted(String header) {
    var values = origin.requests().getLast().values(header);
    assertEquals(1, values.size(), origin.requests().getLast().head());
    return values.getFirst();
  }

  private static JsonObject json(String text) {
    try (var reader = Json.PROVIDER.createReader(new StringReader(text))) {
      return reader.readObject();
    }
  }

  private static JsonObject part(String jws, int number) {
    return json(new String(Base64.getUrlDecoder().decode(jws.split("\\.", -1)[number]), UTF_8));
  }

  /** Checks the signature with the published keys, by the JDK. */
  private JsonObject verified(String jws) throws Exception {
    var id = part(jws, 0).getString("kid");
    var published = json(RawHttp.get(server.port(), KEYS).body()).getJsonArray("keys");
    var key =
        published.getValuesAs(JsonObject.class).stream()
            .filter(it -> it.getString("kid").equals(id))
            .findFirst()
            .orElseThrow();
    assertFalse(key.containsKey("d"));
    var curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    var point = new ECPoint(number(key.getString("x")), number(key.getString("y")));
    var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initVerify(
        KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class))));
    int end = jws.lastIndexOf('.');
    signature.update(jws.substring(0, end).getBytes(US_ASCII));
    assertTrue(signature.verify(Base64.getUrlDecoder().decode(jws.substring(end + 1))));
    assertEquals("ES256", part(jws, 0).getString("alg"));
    return part(jws, 1);
  }

  private static BigInteger number(String base64) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(base64));
  }

  @Test
  void itSaysWhoCallsWhatAndForWhom() throws Exception {
    assertTrue(server.reload(yaml("assertion: { claims: [ tenant, plan, none ], lifetime: 30s }")));
    assertEquals(200, ask("GET /a/7", "", "").status());
    var claims = verified(asserted("x-oneport-assertion"));
    long now = clock.instant().getEpochSecond();
    assertEquals("oneport", claims.getString("iss"));
    assertTrue(String.valueOf(claims.get("aud")).contains("\"" + origin.url() + "\""));
    assertEquals("alice@example.com", claims.getString("sub"));
    assertEquals("test", claims.getString("caller_issuer"));
    assertEquals("[\"user\"]", String.valueOf(claims.get("roles")));
    assertEquals("HTTP * /a/**", claims.getString("route"));
    assertEquals(
        "{\"tenant\":\"t1\",\"plan\":{\"seats\":[3]}}", String.valueOf(claims.get("claims")));
    assertEquals(now, claims.getJsonNumber("iat").longValue());
    assertEquals(now + 30, claims.getJsonNumber("exp").longValue());
    assertFalse(claims.getString("jti").isEmpty());
  }

  @Test
  void itIsUsedAgainForHalfItsLife() throws Exception {
    ask("GET /a/7", "", "");
    var first = asserted("x-oneport-assertion");
    clock.advance(Duration.ofSeconds(29));
    ask("GET /a/8", "", "");
    assertEquals(first, asserted("x-oneport-assertion"));
    clock.advance(Duration.ofSeconds(2));
    ask("GET /a/8", "", "");
    assertNotEquals(first, asserted("x-oneport-assertion"));
  }

  @Test
  void everyProtocolHasOne() throws Exception {
    ask("GET /a/7", "", "");
    assertEquals("HTTP * /a/**", verified(asserted("x-oneport-assertion")).getString("route"));
    socket("");
    assertEquals("WS /live", verified(asserted("x-oneport-assertion")).getString("route"));
    call(new Metadata());
    var sent = String.valueOf(metadata.getLast().get(key("x-oneport-assertion")));
    assertEquals("GRPC test.Bytes/*", verified(sent).getString("route"));
    assertTrue(String.valueOf(verified(sent).get("aud")).contains("h2c://127.0.0.1:"), sent);
  }

  private void socket(String fields) throws Exception {
    var answer =
        RawHttp.send(
            server.port(),
            "GET /live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                + "Authorization: Bearer "
                + token()
                + "\r\n"
                + fields
                + "\r\n");
    assertEquals(403, answer.status(), answer.head());
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private void call(Metadata more) throws Exception {
    more.put(key("authorization"), "Bearer " + token());
    var channel = TestTls.channel(server.port()).build();
    try {
      var _ =
          ClientCalls.blockingUnaryCall(
              ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(more))
                  .newCall(BytesService.method(MethodType.UNARY), CallOptions.DEFAULT),
              new byte[] {1});
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  /** A name with - or _ at each place, in several cases. */
  private static List<String> spellings(String name) {
    var all = new ArrayList<>(List.of(""));
    for (int i = 0; i < name.length(); i++) {
      var next = new ArrayList<String>();
      for (var begun : all) {
        next.add(begun + name.charAt(i));
        if (name.charAt(i) == '-') {
          next.add(begun + '_');
        }
      }
      all = next;
    }
    var cases = new ArrayList<String>();
    for (var each : all) {
      var lower = each.toLowerCase(Locale.ROOT);
      cases.addAll(List.of(each, lower, each.toUpperCase(Locale.ROOT)));
      cases.add(Character.toUpperCase(lower.charAt(0)) + lower.substring(1));
    }
    return cases;
  }

  @Test
  void noSpellingOfAClientReachesAnyUpstream() throws Exception {
    assertTrue(
        server.reload(
            yaml("assertion: true")
                .replaceFirst("assertion: true", "assertion: { header: X-My-Proof }")));
    var names = new ArrayList<>(spellings("X-OnePort-Assertion"));
    names.addAll(spellings("X-My-Proof"));
    var forged = new StringBuilder();
    names.forEach(name -> forged.append(name).append(": forged\r\n"));
    assertEquals(200, ask("GET /a/7", forged.toString(), "").status());
    assertFalse(origin.requests().getLast().head().contains("forged"));
    assertEquals("alice@example.com", verified(asserted("x-my-proof")).getString("sub"));
    socket(forged.toString());
    assertFalse(origin.requests().getLast().head().contains("forged"));
    ask("GET /a/open", forged.toString(), "");
    assertFalse(origin.requests().getLast().head().contains("forged"));
    var headers = new Metadata();
    names.stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .distinct()
        .forEach(name -> headers.put(key(name), "forged"));
    call(headers);
    assertFalse(metadata.getLast().toString().contains("forged"), metadata.getLast().toString());
    var trailing = "Transfer-Encoding: chunked\r\nTrailer: X-Sum, X-OnePort-Assertion\r\n";
    var content = "1\r\nx\r\n0\r\nX-Sum: 1\r\n" + forged + "\r\n";
    assertEquals(200, ask("POST /a/7", trailing, content).status());
    assertTrue(trailers.contains("X-Sum: 1"), trailers.toString());
    assertTrue(trailers.stream().noneMatch(it -> it.contains("forged")), trailers.toString());
  }

  @Test
  void nothingIsAssertedOfAnonymousCallers() throws Exception {
    ask("GET /a/open", "", "");
    assertEquals(List.of(), origin.requests().getLast().values("x-oneport-assertion"));
  }

  @Test
  void whatWasSignedBeforeARotationCanStillBeChecked() throws Exception {
    ask("GET /a/7", "", "");
    var before = asserted("x-oneport-assertion");
    clock.advance(Duration.ofHours(24));
    ask("GET /a/7", "", "");
    clock.advance(Duration.ofMinutes(11));
    ask("GET /a/7", "", "");
    var after = asserted("x-oneport-assertion");
    assertNotEquals(part(before, 0).getString("kid"), part(after, 0).getString("kid"));
    assertEquals("alice@example.com", verified(before).getString("sub"));
    assertEquals("alice@example.com", verified(after).getString("sub"));
  }

  @Test
  void aKeyInAFileIsTheSameOnEveryInstanceAndNeedsNoRule(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("now.pem"), EcKeyFiles.pem());
    var signing = "assertion-signing: { issuer: \"https://port\", key-files: [ " + file + " ] }\n";
    var yaml = signing + yaml("assertion: true");
    try (var other = RunningServer.start(yaml, clock);
        var closed = RunningServer.start(yaml.replace(", HTTP GET " + KEYS, ""), clock)) {
      server.close();
      server = RunningServer.start(yaml, clock);
      assertEquals(RawHttp.get(server.port(), KEYS), RawHttp.get(other.port(), KEYS));
      assertEquals(404, RawHttp.get(closed.port(), KEYS).status());
    }
    ask("GET /a/7", "", "");
    assertEquals("https://port", verified(asserted("x-oneport-assertion")).getString("iss"));
    var wrong = Files.writeString(folder.resolve("wrong.pem"), "hello");
    var message =
        String.valueOf(
            assertThrows(
                    InvalidConfiguration.class,
                    () ->
                        RunningServer.start(yaml.replace(file.toString(), wrong.toString()), clock))
                .getMessage());
    assertTrue(message.contains("assertion-signing.key-files: a file is not PEM"), message);
  }

  @Test
  void theKeysAreARouteLikeAnyOther() throws Exception {
    var answer = RawHttp.get(server.port(), KEYS);
    assertEquals("application/jwk-set+json", answer.header("content-type"));
    assertEquals("public, max-age=300", answer.header("cache-control"));
    var closed = yaml("assertion: true").replace(", HTTP GET " + KEYS, "");
    var invalid =
        assertThrows(InvalidConfiguration.class, () -> RunningServer.start(closed, clock));
    assertEquals(
        List.of("upstreams.bytes.assertion", "upstreams.web.assertion"),
        invalid.problems().stream().map(ConfigurationProblem::key).toList());
    assertTrue(
        String.valueOf(invalid.getMessage())
            .contains("{ allow: [ anyone ], route: HTTP GET " + KEYS));
    var unlisted = yaml("assertion: { claims: [ tenant, other ] }");
    assertTrue(
        String.valueOf(
                assertThrows(InvalidConfiguration.class, () -> RunningServer.start(unlisted, clock))
                    .getMessage())
            .contains("no issuer lists 'other' in its claims"));
    assertTrue(server.reload(yaml("keep-host: false").replace(", HTTP GET " + KEYS, "")));
    assertEquals(404, RawHttp.get(server.port(), KEYS).status());
  }
}
