package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Probes;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import dev.oneport.transport.http2.RawClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client address may do, on all protocols together, and that others do not notice. */
final class AddressLimitsTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String LIMIT = "LIMIT_EXCEEDED";
  private static final String ATTACKER = "198.51.100.1";
  private static final String CALLS = "per-address: { calls-per-second: 1, burst: 3 }";
  private static final String TOKENS = "per-address: { failed-tokens-per-minute: 3 }";
  private static final String BEHIND = "trusted-proxies: [ 127.0.0.1 ], ";

  private final ManualClock clock = new ManualClock(Instant.now());

  @Test
  void allProtocolsRefuseAnAddressThatMakesTooManyCalls() throws Exception {
    var server = start(BEHIND + CALLS, "anyone");
    try (server) {
      assertEquals(List.of(200, 200, 200, 429), statuses(server, "/name", 4, ATTACKER));
      checkRefused(server, List.of());
    }
    checkAudit(server, Probes.names().size() + 1, "too many calls a second of one address");
  }

  /** A token that was verified before is good all the time, and others are not looked at. */
  @Test
  void allProtocolsRefuseNewTokensOfAnAddressThatSentTooManyInvalidOnes() throws Exception {
    var known = HeaderField.bearer(ISSUER.token().sign());
    var fresh = HeaderField.bearer(ISSUER.token().claim("n", "fresh").sign());
    var server = start(BEHIND + TOKENS, "authenticated");
    try (server) {
      assertEquals(200, get(server, "/name", ATTACKER, known).status());
      for (int i = 0; i < 3; i++) {
        assertEquals(
            401,
            get(server, "/name", ATTACKER, new HeaderField("authorization", "Bearer x" + i))
                .status());
      }
      checkRefused(server, List.of(fresh));
      assertEquals("20", get(server, "/name", ATTACKER, fresh).header("retry-after"));
      assertEquals(200, get(server, "/name", ATTACKER, known).status());
      assertEquals(401, get(server, "/name", ATTACKER).status());
      assertEquals(200, get(server, "/name", "198.51.100.2", fresh).status());
      assertEquals(200, get(server, "/name", ATTACKER, fresh).status());
    }
    checkAudit(server, Probes.names().size() + 1, "too many invalid tokens of one address");
  }

  @Test
  void onlyInvalidTokensCountAndTimeForgivesThem() throws Exception {
    try (var server = start(BEHIND + TOKENS, "authenticated")) {
      var expired = ISSUER.token().claim("exp", clock.instant().getEpochSecond() - 60);
      for (int i = 0; i < 10; i++) {
        assertEquals(401, get(server, "/name", ATTACKER).status());
        var token = HeaderField.bearer(expired.claim("n", "" + i).sign());
        assertTrue(get(server, "/name", ATTACKER, token).body().contains("EXPIRED"));
        assertEquals(200, get(server, "/name", ATTACKER, good(i)).status());
      }
      for (int i = 0; i < 3; i++) {
        var forged = TestIssuer.other().token().claim("iss", ISSUER.id()).claim("n", "" + i);
        assertEquals(
            401, get(server, "/name", ATTACKER, HeaderField.bearer(forged.sign())).status());
      }
      assertEquals(429, get(server, "/name", ATTACKER, good(10)).status());
      clock.advance(Duration.ofSeconds(20));
      assertEquals(200, get(server, "/name", ATTACKER, good(11)).status());
    }
  }

  @Test
  void aSocketStaysOpenWhileItsAddressMayNotRenewIt() throws Exception {
    try (var server = start(TOKENS, "authenticated");
        var socket = TextSocket.open(server.port(), "/ws", ISSUER.token().sign())) {
      for (int i = 0; i < 3; i++) {
        assertEquals(
            401,
            get(server, "/name", "", new HeaderField("authorization", "Bearer x" + i)).status());
      }
      var fresh = ISSUER.token().claim("n", "fresh").sign();
      assertEquals("oneport-token: " + LIMIT, socket.ask("oneport-token: " + fresh));
      clock.advance(Duration.ofSeconds(20));
      assertEquals("oneport-token: ok", socket.ask("oneport-token: " + fresh));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"trusted-proxies: none", "trusted-proxies: [ 10.0.0.0/8 ]"})
  void whatAClientSaysOfItselfGivesItNoOtherAddress(String trusted) throws Exception {
    try (var server = start(trusted + ", " + CALLS, "anyone")) {
      var statuses = new ArrayList<Integer>();
      for (int i = 0; i < 4; i++) {
        statuses.add(get(server, "/name", "198.51.100." + i).status());
      }
      assertEquals(List.of(200, 200, 200, 429), statuses);
    }
  }

  @Test
  void whatAClientPutsInFrontOfItsAddressGivesItNoOther() throws Exception {
    try (var server = start(BEHIND + CALLS, "anyone")) {
      var statuses = new ArrayList<Integer>();
      for (int i = 0; i < 4; i++) {
        statuses.add(get(server, "/name", "1.1.1." + i + ", " + ATTACKER).status());
      }
      assertEquals(List.of(200, 200, 200, 429), statuses);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:1:2::1, 2001:db8:1:2:a::b, 429",
    "2001:db8:1:2::1, 2001:db8:1:3::1, 200",
    "198.51.100.1, ::ffff:198.51.100.1, 429",
    "198.51.100.1, 198.51.100.2, 200"
  })
  void aNetworkOfSixtyFourBitsIsOneClient(String first, String second, int status)
      throws Exception {
    try (var server = start(BEHIND + CALLS, "anyone")) {
      assertEquals(List.of(200, 200, 200), statuses(server, "/name", 3, first));
      assertEquals(List.of(status), statuses(server, "/name", 1, second));
    }
  }

  /** Its own calls too, such as those whose client it does not name. */
  @ParameterizedTest
  @ValueSource(strings = {"", "unknown", "127.0.0.1"})
  void aTrustedProxysOwnAddressHasNoLimit(String header) throws Exception {
    try (var server =
        start(
            BEHIND + "per-address: { calls-per-second: 1, failed-tokens-per-minute: 1 }",
            "authenticated")) {
      var bad = new HeaderField("authorization", "Bearer x");
      for (int i = 0; i < 20; i++) {
        assertEquals(401, get(server, "/name", header, bad).status());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/health/live, 200, 200",
    "/unknown, 404, 429",
    "/ws/name, 426, 429",
    "/Unary/name, 405, 429",
    "/name, 200, 429"
  })
  void everyRequestCountsExceptThoseOfProbes(String path, int before, int beyond) throws Exception {
    try (var server = start(CALLS, "anyone")) {
      assertEquals(List.of(before, before, before, beyond), statuses(server, path, 4, ""));
    }
  }

  /** Three requests that are refused leave none of the burst of three for a good one. */
  @ParameterizedTest
  @CsvSource({
    "GET /name HTTP/1.1|Host: x|Bad Header: y||, 400",
    "GET /name HTTP/1.1||, 400",
    "GET /a b c HTTP/1.1|Host: x||, 400",
    "POST /name HTTP/1.1|Host: x|Content-Length: 99999999999||, 413",
    "GET /name HTTP/1.1|Host: other.example||, 421",
    "GET /unknown HTTP/1.1|Host: other.example||, 421"
  })
  void aRequestThatIsRefusedBeforeItsRouteCounts(String request, int status) throws Exception {
    try (var server = start("hosts: [ x ], " + CALLS, "anyone")) {
      for (int i = 0; i < 3; i++) {
        var answer = RawHttp.send(server.port(), request.replace("|", "\r\n"));
        assertEquals(status, answer.status(), answer::head);
      }
      assertEquals(429, get(server, "/name", "").status());
    }
  }

  @Test
  void aMalformedRequestOnHttp2Counts() throws Exception {
    try (var server = start(CALLS, "anyone")) {
      for (int i = 0; i < 3; i++) {
        try (var client = RawClient.connect(server.port())) {
          assertEquals("400", client.get(1, "/na me").response(1).status());
        }
      }
      assertEquals(429, get(server, "/name", "").status());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Unknown/Method", "Unary/unknown"})
  void aCallOfAnUnknownMethodCounts(String method) throws Exception {
    try (var server = start(CALLS, "anyone");
        var client = new GrpcProbe(server.port(), false)) {
      for (int i = 0; i < 3; i++) {
        assertEquals("UNIMPLEMENTED", client.call(method));
      }
      assertEquals("RESOURCE_EXHAUSTED", client.call(method));
      assertEquals(429, get(server, "/name", "").status());
    }
  }

  @Test
  void anUnknownMethodOfAnotherHostIsMisdirected() throws Exception {
    try (var server = start("hosts: [ other.example ]", "anyone");
        var client = new GrpcProbe(server.port(), false)) {
      assertEquals("FAILED_PRECONDITION", client.call("Unknown/Method"));
    }
  }

  @Test
  void withoutTheSettingNothingIsCounted() throws Exception {
    try (var server = start("port: 0", "anyone")) {
      assertEquals(List.of(200), statuses(server, "/name", 100, "").stream().distinct().toList());
    }
  }

  @Test
  void aReloadAppliesOtherLimitsAndForgetsNothingThatStays() throws Exception {
    try (var server = start(CALLS, "anyone")) {
      assertEquals(List.of(200, 200, 200, 429), statuses(server, "/name", 4, ""));
      assertTrue(server.reload(yaml(CALLS, "authenticated")));
      assertEquals(List.of(429), statuses(server, "/name", 1, ""));
      assertTrue(server.reload(yaml("per-address: { calls-per-second: 2 }", "anyone")));
      assertEquals(List.of(200, 200, 429), statuses(server, "/name", 3, ""));
      assertTrue(server.reload(yaml("port: 0", "anyone")));
      assertEquals(List.of(200, 200), statuses(server, "/name", 2, ""));
    }
  }

  /** Every way to call is refused for the attacker and served for others. */
  private static void checkRefused(RunningServer server, List<HeaderField> headers)
      throws Exception {
    var expected = new TreeMap<String, String>();
    var said = new TreeMap<String, String>();
    for (var name : Probes.names()) {
      try (var client = Probes.of(name, server.port())) {
        expected.put(name, LIMIT + (name.startsWith("gRPC") ? " RESOURCE_EXHAUSTED" : " 429"));
        var all = new ArrayList<>(headers);
        all.add(new HeaderField("x-forwarded-for", ATTACKER));
        var reply = client.call("name", all);
        said.put(name, reply.reason() + " " + reply.status());
      }
    }
    assertEquals(expected, said);
  }

  private static void checkAudit(RunningServer server, int count, String detail) {
    var refused = server.audit().lines().stream().filter(line -> line.contains(LIMIT)).toList();
    assertEquals(count, refused.size());
    for (var line : refused) {
      assertTrue(line.contains(detail), line);
      assertTrue(line.contains("\"remoteIp\":\"" + ATTACKER + "\""), line);
    }
  }

  private static List<Integer> statuses(RunningServer server, String path, int calls, String client)
      throws Exception {
    var statuses = new ArrayList<Integer>();
    for (int i = 0; i < calls; i++) {
      statuses.add(get(server, path, client).status());
    }
    return statuses;
  }

  private static RawHttp.Answer get(
      RunningServer server, String path, String client, HeaderField... headers) throws Exception {
    var fields =
        List.of(headers).stream()
            .map(header -> header.name() + ": " + header.value() + "\r\n")
            .collect(Collectors.joining());
    return RawHttp.send(
        server.port(),
        "GET "
            + path
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + (client.isEmpty() ? "" : "X-Forwarded-For: " + client + "\r\n")
            + fields
            + "\r\n");
  }

  private static HeaderField good(int number) {
    return HeaderField.bearer(ISSUER.token().claim("n", "good" + number).sign());
  }

  private RunningServer start(String setting, String allow) {
    return RunningServer.start(
        yaml(setting, allow), clock, new ProbeService(List.of("name")), new EchoService());
  }

  private static String yaml(String setting, String allow) {
    return """
        server: { %s }
        identity: { issuers: { test: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email } } }
        policy:
          rules:
            - { allow: [ %s ], route: %s }
            - { allow: [ authenticated ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] }
            - { allow: [ anyone ], route: HTTP GET /health/* }
        """
        .formatted(
            setting,
            ISSUER.id(),
            ISSUER.jwks(),
            TestIssuer.AUDIENCE,
            allow,
            ProbeService.routes("name"));
  }
}
