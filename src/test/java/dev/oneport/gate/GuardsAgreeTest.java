package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Caller;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.condition.AskedFacts;
import dev.oneport.config.Configuration;
import dev.oneport.policy.PolicyFile;
import dev.oneport.policy.TokenNames;
import dev.oneport.testing.Client;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.HttpProbe;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Reply;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.WebSocketProbe;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Random policies and callers: the guards of all protocols say what the pure policy says. */
final class GuardsAgreeTest {
  private static final int POLICIES = Integer.getInteger("oneport.test.policies", 25);
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Path JWKS = ISSUER.jwksFile();
  private static final List<String> SUBJECTS =
      List.of("anyone", "authenticated", "r1", "r2", "a@x.test", "b@x.test", "\"a@*.test\"");
  private static final List<String> NAMES = List.of("one", "two");

  private final Random random = new Random(42);

  @Test
  void allGuardsDecideAsThePolicyDoes() throws Exception {
    var first = yaml();
    try (var server = RunningServer.start(first, new ProbeService(NAMES))) {
      var clients = clients(server.port());
      for (int i = 0; i < POLICIES; i++) {
        var yaml = yaml();
        assertTrue(server.reload(yaml), yaml);
        compare(yaml, clients);
      }
      clients.values().forEach(Client::close);
    }
  }

  private void compare(String yaml, Map<Protocol, Client> clients) throws Exception {
    var policy =
        PolicyFile.read(
                Configuration.parse("test.yaml", yaml, Map.of(), false).root().section("policy"),
                TokenNames.of(true))
            .bind(mounted());
    var name = NAMES.get(random.nextInt(NAMES.size()));
    var caller =
        random.nextInt(4) == 0
            ? Caller.ANONYMOUS
            : new Caller(
                random.nextBoolean() ? "a@x.test" : "b@x.test",
                "test",
                random.nextBoolean() ? Set.of("r1") : Set.of());
    for (var client : clients.entrySet()) {
      var route = route(client.getKey(), name);
      var reply = client.getValue().call(name, headers(caller));
      assertEquals(
          policy.decide(new AskedFacts(caller, route, Instant.EPOCH)).allowed(),
          reply.reason().equals(Reply.OK),
          route + " by " + caller + " got " + reply + " with\n" + yaml);
    }
  }

  private static Map<Protocol, Client> clients(int port) {
    var clients = new LinkedHashMap<Protocol, Client>();
    clients.put(Protocol.HTTP, new HttpProbe(port, Version.HTTP_2));
    clients.put(Protocol.GRPC, new GrpcProbe(port, true));
    clients.put(Protocol.WS, new WebSocketProbe(port));
    return clients;
  }

  private static List<HeaderField> headers(Caller caller) {
    return caller.anonymous()
        ? List.of()
        : List.of(
            HeaderField.bearer(
                ISSUER
                    .token()
                    .claim("email", caller.name())
                    .claim("groups", List.copyOf(caller.roles()))
                    .sign()));
  }

  private String yaml() {
    var rules =
        mounted().stream()
            .sorted((a, b) -> a.toString().compareTo(b.toString()))
            .map(this::rules)
            .collect(Collectors.joining());
    return """
    identity:
      issuers:
        test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, roles-claim: groups }
    policy:
      roles: { r1: [], r2: [ %s ] }
      rules:
    %s\
    """
        .formatted(
            ISSUER.id(), JWKS, TestIssuer.AUDIENCE, random.nextBoolean() ? "b@x.test" : "", rules);
  }

  /** A rule that allows, and sometimes one that denies; callers cannot be denied an open route. */
  private String rules(Route route) {
    var allowed = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
    var denied = SUBJECTS.get(allowed.equals("anyone") ? 0 : random.nextInt(SUBJECTS.size()));
    var allow = "    - { allow: [ %s ], route: %s }\n".formatted(allowed, route);
    return random.nextInt(3) > 0
        ? allow
        : allow + "    - { deny: [ %s ], route: %s }\n".formatted(denied, route);
  }

  private static Set<Route> mounted() {
    return NAMES.stream()
        .flatMap(
            name ->
                Stream.of(
                    route(Protocol.HTTP, name),
                    route(Protocol.GRPC, name),
                    new Route(Protocol.GRPC, "Unary/" + name),
                    route(Protocol.WS, name)))
        .collect(Collectors.toSet());
  }

  private static Route route(Protocol protocol, String name) {
    return switch (protocol) {
      case HTTP -> new Route(protocol, "GET /" + name);
      case GRPC -> new Route(protocol, "Stream/" + name);
      case WS -> new Route(protocol, "/ws/" + name);
    };
  }
}
