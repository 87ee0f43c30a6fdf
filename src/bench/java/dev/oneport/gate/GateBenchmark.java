package dev.oneport.gate;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.config.Configuration;
import dev.oneport.gate.Decision.Allowed;
import dev.oneport.identity.CredentialPlaces;
import dev.oneport.identity.Identity;
import dev.oneport.identity.TrustedIssuers;
import dev.oneport.identity.VerifiedTokens;
import dev.oneport.policy.PolicyFile;
import dev.oneport.policy.TokenNames;
import dev.oneport.proxies.Client;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.testing.TestIssuer;
import dev.oneport.time.Clocks;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one decision costs, from the header's value to the answer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class GateBenchmark {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Client CLIENT =
      new Client(InetAddress.ofLiteral("192.0.2.1"), false, "", "");
  private static final CredentialPlaces PLACES = CredentialPlaces.and(Set.of());
  private static final Request REQUEST = new Request("POST", "", "", "HTTP/2.0", Optional.empty());

  @Param({"10", "10000"})
  public int rules;

  @Param({"1", "100000"})
  public int tokens;

  /** Whether rules and roles name callers, or patterns of them. */
  @Param({"names", "patterns"})
  public String callers;

  /** What the rule that allows has a condition on: nothing, the token alone, or the call. */
  @Param({"none", "token", "call"})
  public String condition;

  private final List<String> authorizations = new ArrayList<>();
  private final List<String> fresh = new ArrayList<>();
  private VerifiedTokens known;
  private Gate gate;
  private Route open;
  private Route closed;
  private Route forbidden;
  private int next;

  @Setup
  public void setUp() {
    open = new Route(Protocol.GRPC, "Open/M");
    forbidden = new Route(Protocol.GRPC, "Forbidden/M");
    closed = new Route(Protocol.GRPC, "Closed/M");
    var yaml =
        new StringBuilder(
            "identity: { issuers: { test: { issuer: \"%s\", jwks: \"%s\", audiences: [ \"%s\" ], caller-claim: email, claims: [ email ] } } }\n"
                .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE));
    var patterns = callers.equals("patterns");
    yaml.append("policy:\n  roles: { caller: [ \"")
        .append(patterns ? "*@example.com" : "alice@example.com")
        .append("\" ] }\n  rules:\n");
    yaml.append(
        """
            - { allow: [ anyone ], route: GRPC Open/M }
            - { allow: [ bob@example.com ], route: GRPC Forbidden/M }
        """);
    // A rule must be about a mounted route, so many rules are about few; the one that allows is
    // last.
    for (int i = 3; i < rules; i++) {
      yaml.append(
          "    - { allow: [ \"%s@c%d.example.com\" ], route: GRPC Closed/M }\n"
              .formatted(patterns ? "*" : "c", i));
    }
    yaml.append("    - { allow: [ caller ], route: GRPC Closed/M")
        .append(
            switch (condition) {
              case "token" -> ", when: \"claims.email.endsWith('@example.com')\" }\n";
              case "call" -> ", when: \"!cidr('10.0.0.0/8').containsIP(request.ip)\" }\n";
              default -> " }\n";
            });
    var root = Configuration.parse("bench.yaml", yaml.toString(), Map.of(), false).root();
    var identity = Identity.read(root.section("identity"));
    var policy =
        PolicyFile.read(
                root.section("policy"),
                new TokenNames(
                    false,
                    _ -> false,
                    Set.of(""),
                    _ -> true,
                    identity.names(),
                    TokenNames.CallerCheck.NONE))
            .bind(Set.of(open, forbidden, closed));
    var trusted = new TrustedIssuers(Clocks.system()).replaceIssuers(identity);
    known = trusted.tokens();
    gate =
        new Gate(
            trusted,
            identity::places,
            policy,
            Perimeter.open(),
            Integer.MAX_VALUE,
            _ -> false,
            Duration.ZERO,
            Optional.empty(),
            Clocks.system());
    for (int i = 0; i < tokens; i++) {
      // ES256 signs fast, which matters for a hundred thousand of them.
      var token =
          ISSUER
              .token()
              .header("alg", "ES256")
              .header("kid", "ec-256")
              .claim("jti", "t" + i)
              .sign();
      authorizations.add("Bearer " + token);
      if (!(decide(closed, authorizations.get(i)) instanceof Allowed)) {
        throw new IllegalStateException("the rule to measure does not allow the call");
      }
    }
    for (int i = 0; i < 8_000; i++) {
      fresh.add("Bearer " + ISSUER.token().claim("jti", "f" + i).sign());
    }
  }

  @Benchmark
  public Object openRoute() {
    return decide(open, next());
  }

  /** Of the next one, what looking up the token takes. */
  @Benchmark
  public Object knownToken() {
    return known.verify(authorizations.getFirst().substring("Bearer ".length()), Optional.empty());
  }

  @Benchmark
  public Object cachedToken() {
    return decide(closed, next());
  }

  @Benchmark
  public Object cachedTokenNotAllowed() {
    return decide(forbidden, next());
  }

  @Benchmark
  public Object noToken() {
    return close(gate.admit(call(closed), Credential.MISSING, this));
  }

  @Benchmark
  public Object garbageToken() {
    next++;
    return decide(closed, "Bearer eyJhbGciOiJSUzI1NiJ9.e30.x" + next);
  }

  /**
   * Each token is new to the gate, as long as there are any; RS256, which most issuers sign with.
   */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @Warmup(iterations = 2, batchSize = 1000)
  @Measurement(iterations = 5, batchSize = 1000)
  public Object newToken() {
    next = (next + 1) % fresh.size();
    return decide(closed, fresh.get(next));
  }

  private String next() {
    next = next + 1 == tokens ? 0 : next + 1;
    // A server makes a new string of each header it reads.
    return new String(authorizations.get(tokens == 1 ? 0 : next % tokens).toCharArray());
  }

  private Object decide(Route route, String authorization) {
    return close(
        gate.admit(
            call(route),
            Credential.of(name -> List.of(authorization), PLACES, List.of(), Optional.empty()),
            this));
  }

  private static CallWatch call(Route route) {
    return new CallWatch(_ -> {}, route, REQUEST, new Arrival(CLIENT, ""));
  }

  /** As each call does; or there would be too many at once. */
  private static Decision close(Decision decision) {
    if (decision instanceof Allowed(var admission)) {
      admission.close();
    }
    return decision;
  }
}
