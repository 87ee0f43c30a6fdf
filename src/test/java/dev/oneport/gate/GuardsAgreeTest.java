package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Caller;
import dev.oneport.api.Protocol;
import dev.oneport.testing.Client;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.HttpProbe;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Reply;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.WebSocketProbe;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Random policies and callers: the guards of all protocols decide as the rules say in the plainest
 * reading, with patterns of callers and routes, deny rules, conditions on the token, the call and
 * the path, and rules that say whose credential decides.
 */
final class GuardsAgreeTest {
  private static final int POLICIES = Integer.getInteger("oneport.test.policies", 25);
  private static final int CALLS = 4;
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Path JWKS = ISSUER.jwksFile();
  private static final String OTHER_AUDIENCE = "https://other.test";
  private static final List<String> SUBJECTS =
      List.of(
          "authenticated",
          "r1",
          "r2",
          "senior",
          "a@x.test",
          "b@x.test",
          "a@*.test",
          "o:*@x.test",
          "o:a@x.test");
  private static final String ANYONE = "anyone";
  private static final List<String> NAMES = List.of("one", "two");

  /** A path with a variable, on HTTP and WebSocket. */
  private static final String PATH = "p/{id}";

  private final Random random = new Random(42);
  private boolean bIsListed;

  /** What a condition says of a call. */
  enum Verdict {
    HOLDS,
    NOT,
    FAILS;

    static Verdict of(boolean holds) {
      return holds ? HOLDS : NOT;
    }
  }

  /** A caller with the claims that its issuer lists; {@code tag} and {@code level} may be null. */
  record Asking(
      String name, String issuer, boolean r1, Optional<String> tag, Optional<Object> level) {}

  /** A call of a caller, if it has a token. */
  record Call(Protocol protocol, Optional<String> id, Optional<Asking> caller) {
    private <T> Optional<T> claim(Function<Asking, Optional<T>> claim) {
      return caller.flatMap(claim);
    }
  }

  /** A condition in both forms. */
  @SuppressWarnings("ImmutableEnumChecker") // the functions keep nothing
  enum When {
    NONE("", _ -> Verdict.HOLDS),
    HTTP("request.protocol == 'HTTP'", call -> Verdict.of(call.protocol() == Protocol.HTTP)),
    POST("request.method == 'POST'", call -> Verdict.of(call.protocol() == Protocol.GRPC)),
    NEAR("cidr('127.0.0.0/8').containsIP(request.ip)", _ -> Verdict.HOLDS),
    LATE("now < timestamp('2020-01-01T00:00:00Z')", _ -> Verdict.NOT),
    ID(
        "request.params.id == '1'",
        call -> call.id().map(id -> Verdict.of(id.equals("1"))).orElse(Verdict.FAILS)),
    TAG(
        "'x' in claims.tags",
        call ->
            call.claim(Asking::tag).map(tag -> Verdict.of(tag.equals("x"))).orElse(Verdict.FAILS)),
    LEVEL(
        "claims.level >= 3",
        call -> call.claim(Asking::level).map(When::isHigh).orElse(Verdict.FAILS)),
    HAS_LEVEL(
        "has(claims.level) && claims.level >= 3",
        call -> call.claim(Asking::level).map(When::isHigh).orElse(Verdict.NOT)),
    ISSUER_OTHER(
        "caller.issuer == 'other'",
        call -> Verdict.of(call.caller().filter(it -> it.issuer().equals("other")).isPresent()));

    private final String text;
    private final Function<Call, Verdict> verdict;

    When(String text, Function<Call, Verdict> verdict) {
      this.text = text;
      this.verdict = verdict;
    }

    private static Verdict isHigh(Object level) {
      return level instanceof Integer number ? Verdict.of(number >= 3) : Verdict.FAILS;
    }

    boolean asksAboutCaller() {
      return text.contains("claims") || text.contains("caller");
    }
  }

  /** One rule. The role {@code senior} has a condition as well. */
  record Line(
      boolean denies,
      String subject,
      When when,
      String credential,
      String route,
      Predicate<String> about) {
    boolean always() {
      return when == When.NONE && !subject.equals("senior");
    }

    Verdict verdict(Call call) {
      var own = when.verdict.apply(call);
      return own == Verdict.HOLDS && subject.equals("senior")
          ? When.LEVEL.verdict.apply(call)
          : own;
    }

    String yaml() {
      return "    - { %s: [ \"%s\" ], route: \"%s\"%s%s }\n"
          .formatted(
              denies ? "deny" : "allow",
              subject,
              route,
              credential.isEmpty() ? "" : ", credential: " + credential,
              when == When.NONE ? "" : ", when: \"" + when.text + "\"");
    }
  }

  @Test
  void allGuardsDecideAsTheRulesSay() throws Exception {
    try (var server =
        RunningServer.start(
            yaml(lines()),
            new ProbeService(NAMES),
            port -> {
              port.http().get("/" + PATH, (_, response) -> response.send(Caller.current().name()));
              port.webSocket("/ws/" + PATH, Echo::new);
            })) {
      var clients = clients(server.port());
      for (int i = 0; i < POLICIES; i++) {
        var lines = lines();
        var yaml = yaml(lines);
        assertTrue(server.reload(yaml), yaml);
        for (int j = 0; j < CALLS; j++) {
          compare(yaml, lines, clients);
        }
      }
      clients.values().forEach(Client::close);
    }
  }

  private static final class Echo implements WsListener {
    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      session.send(Caller.current().name(), true);
    }
  }

  private void compare(String yaml, List<Line> lines, Map<Protocol, Client> clients)
      throws Exception {
    var callers = callers();
    var id = random.nextBoolean() ? "1" : "2";
    for (var client : clients.entrySet()) {
      for (var name : names(client.getKey())) {
        var variable = name.equals(PATH) ? Optional.of(id) : Optional.<String>empty();
        var route = route(client.getKey(), name);
        var reply = client.getValue().call(name.replace("{id}", id), headers(callers));
        assertEquals(
            allowed(
                lines.stream().filter(line -> line.about().test(route)).toList(),
                new Call(client.getKey(), variable, Optional.empty()),
                callers),
            reply.reason().equals(Reply.OK),
            () -> route + " by " + callers + " got " + reply + " with\n" + yaml);
      }
    }
  }

  /** What the rules about a route say, as the documentation has it. */
  private boolean allowed(List<Line> about, Call call, List<Asking> callers) {
    var denyingAll =
        about.stream().filter(it -> it.denies() && it.subject().equals(ANYONE)).toList();
    if (denyingAll.stream().anyMatch(Line::always)
        || denyingAll.stream().anyMatch(it -> it.verdict(call) != Verdict.NOT)) {
      return false;
    }
    var open = about.stream().filter(it -> !it.denies() && it.subject().equals(ANYONE)).toList();
    var opening = decision(open, call);
    if (opening != Verdict.NOT) {
      return opening == Verdict.HOLDS;
    }
    var deciding = about.stream().map(Line::credential).filter(it -> !it.isEmpty()).findFirst();
    var judged =
        callers.stream()
            .filter(it -> deciding.isEmpty() || deciding.get().equals(it.issuer()))
            .toList();
    if (judged.size() != 1) {
      return false;
    }
    var caller = judged.getFirst();
    var full = new Call(call.protocol(), call.id(), Optional.of(caller));
    var mine = about.stream().filter(it -> isFor(it.subject(), caller)).toList();
    return mine.stream().noneMatch(it -> it.denies() && it.verdict(full) != Verdict.NOT)
        && decision(mine.stream().filter(it -> !it.denies()).toList(), full) == Verdict.HOLDS;
  }

  /** Rules without a condition come first, then the first whose condition holds or fails. */
  private static Verdict decision(List<Line> allowing, Call call) {
    return allowing.stream().anyMatch(Line::always)
        ? Verdict.HOLDS
        : allowing.stream()
            .map(it -> it.verdict(call))
            .filter(it -> it != Verdict.NOT)
            .findFirst()
            .orElse(Verdict.NOT);
  }

  private boolean isFor(String subject, Asking caller) {
    return switch (subject) {
      case "authenticated" -> true;
      case "r1" -> caller.r1();
      case "r2" -> bIsListed && caller.name().equals("b@x.test");
      case "senior", "a@*.test" -> caller.name().equals("a@x.test");
      case "o:*@x.test" -> caller.name().equals("o:a@x.test");
      default -> caller.name().equals(subject);
    };
  }

  private static Map<Protocol, Client> clients(int port) {
    var clients = new LinkedHashMap<Protocol, Client>();
    clients.put(Protocol.HTTP, new HttpProbe(port, Version.HTTP_2));
    clients.put(Protocol.GRPC, new GrpcProbe(port, true));
    clients.put(Protocol.WS, new WebSocketProbe(port));
    return clients;
  }

  private static List<String> names(Protocol protocol) {
    return protocol == Protocol.GRPC ? NAMES : List.of("one", "two", PATH);
  }

  /** Nobody, a caller of one of the issuers, or one of each. */
  private List<Asking> callers() {
    var tag = Optional.of(random.nextBoolean() ? "x" : "y").filter(_ -> random.nextInt(4) > 0);
    var level =
        Optional.<Object>of(List.of(1, 3, "3").get(random.nextInt(3)))
            .filter(_ -> random.nextInt(4) > 0);
    var one =
        new Asking(
            random.nextBoolean() ? "a@x.test" : "b@x.test",
            "test",
            random.nextBoolean(),
            tag,
            level);
    var other = new Asking("o:a@x.test", "other", false, tag, level);
    return switch (random.nextInt(6)) {
      case 0 -> List.of();
      case 1 -> List.of(other);
      case 2 -> List.of(one, other);
      default -> List.of(one);
    };
  }

  private static List<HeaderField> headers(List<Asking> callers) {
    return callers.stream()
        .map(
            caller -> {
              var token =
                  ISSUER
                      .token()
                      .claim("email", caller.name().replace("o:", ""))
                      .claim("groups", caller.r1() ? List.of("r1") : List.of());
              caller.tag().ifPresent(tag -> token.claim("tags", List.of(tag)));
              caller.level().ifPresent(level -> token.claim("level", level));
              return caller.issuer().equals("test")
                  ? HeaderField.bearer(token.sign())
                  : new HeaderField("x-other", token.claim("aud", OTHER_AUDIENCE).sign());
            })
        .toList();
  }

  private String yaml(List<Line> lines) {
    return """
    identity:
      issuers:
        test: { issuer: "%1$s", jwks: "%2$s", audiences: [ "%3$s" ], caller-claim: email, caller-prefix: "", roles-claim: groups, claims: [ level, tags ] }
        other: { issuer: "%1$s", jwks: "%2$s", audiences: [ "%4$s" ], caller-claim: email, caller-prefix: "o:", header: x-other, claims: [ level, tags ] }
    policy:
      roles: { r1: [], r2: [ %5$s ], senior: { callers: [ a@x.test ], when: "claims.level >= 3" } }
      rules:
    %6$s\
    """
        .formatted(
            ISSUER.id(),
            JWKS,
            TestIssuer.AUDIENCE,
            OTHER_AUDIENCE,
            bIsListed ? "b@x.test" : "",
            lines.stream().map(Line::yaml).collect(Collectors.joining()));
  }

  private List<Line> lines() {
    bIsListed = random.nextBoolean();
    var lines = new ArrayList<Line>();
    for (var protocol : Protocol.values()) {
      for (var name : names(protocol)) {
        lines.addAll(lines(route(protocol, name), name.equals(PATH)));
        if (protocol == Protocol.GRPC) {
          lines.add(line(false, any(SUBJECTS), When.NONE, "", "GRPC Unary/" + name));
        }
      }
    }
    // Callers can be denied by a broad pattern only where some of its routes are not open.
    for (var broad : List.of("HTTP * /**", "GRPC Stream/*", "WS /**")) {
      var beginning = broad.substring(0, broad.indexOf(' ') + 1);
      var open =
          lines.stream()
              .filter(it -> it.subject().equals(ANYONE))
              .map(Line::route)
              .collect(Collectors.toSet());
      var closed =
          lines.stream()
              .map(Line::route)
              .anyMatch(
                  it ->
                      it.startsWith(beginning)
                          && !it.startsWith("GRPC Unary/")
                          && !open.contains(it));
      if (closed && random.nextInt(4) == 0 && !broad.startsWith("GRPC")) {
        lines.add(
            new Line(
                true,
                any(SUBJECTS),
                when(false, false, broad),
                "",
                broad,
                it -> it.startsWith(beginning)));
      }
    }
    return lines;
  }

  /** One or two rules that allow, and sometimes one that denies. */
  private List<Line> lines(String route, boolean path) {
    var lines = new ArrayList<Line>();
    var open = random.nextInt(5) == 0;
    var credential = open ? "" : any(List.of("", "", "test", "other"));
    for (int i = 0; i <= random.nextInt(2); i++) {
      lines.add(
          line(
              false,
              open ? ANYONE : subject(credential),
              when(open, path, route),
              credential,
              route));
    }
    if (random.nextInt(3) == 0) {
      var everybody = open || random.nextInt(4) == 0;
      lines.add(
          line(true, everybody ? ANYONE : any(SUBJECTS), when(everybody, path, route), "", route));
    }
    return lines;
  }

  private static Line line(
      boolean denies, String subject, When when, String credential, String route) {
    return new Line(denies, subject, when, credential, route, route::equals);
  }

  /** A subject that a caller of the issuer may be. */
  private String subject(String credential) {
    return any(
        SUBJECTS.stream()
            .filter(
                it ->
                    switch (credential) {
                      case "test" -> !it.startsWith("o:");
                      case "other" -> it.startsWith("o:") || it.equals("authenticated");
                      default -> true;
                    })
            .toList());
  }

  /** A condition that may hold on the route: others stop the start. */
  private When when(boolean anyone, boolean path, String route) {
    var all = List.of(When.values());
    return random.nextInt(2) == 0
        ? When.NONE
        : any(
            all.stream()
                .filter(it -> !(anyone && it.asksAboutCaller()) && (path || it != When.ID))
                .filter(it -> it != When.HTTP || route.startsWith("HTTP"))
                .filter(it -> it != When.POST || route.startsWith("GRPC"))
                .toList());
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private static String route(Protocol protocol, String name) {
    return switch (protocol) {
      case HTTP -> "HTTP GET /" + name;
      case GRPC -> "GRPC Stream/" + name;
      case WS -> "WS /ws/" + name;
    };
  }
}
