package dev.oneport.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.sample.EchoService;
import dev.oneport.server.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each key of the configuration refuses a value that cannot work, on its line. */
final class EveryKeyTest {
  /** Where a key is read that has a value; sections and maps are not values. */
  private static final Pattern READ =
      Pattern.compile(
          "\\b(?:[a-z]*[sS]ection|root|server|limits)\\s*\\.(?:text|texts|required|literal|literals"
              + "|flag|duration|bytes|integer|share|choice|file|files|binary)\\(\\s*\"([a-z0-9-]+)\"");

  private static final Pattern LINE = Pattern.compile("([ -]*)([a-z0-9-]+): (.+)");

  /** No number, no time, no name of anything, and a pattern where none has a meaning. */
  private static final String NONSENSE = "\"?*{ ;\"";

  /**
   * Any text may be a name or a secret elsewhere. The server's certificate is read where its
   * listener starts.
   */
  private static final Set<String> UNJUDGED =
      Set.of("client-id", "client-secret", "certificate", "key", "username", "password");

  static final String WHOLE =
      """
      server:
        port: 8080
        host: 127.0.0.1
        tls:
          certificate: pom.xml
          key: pom.xml
          handshake-timeout: 10s
        trusted-proxies: [ 10.0.0.0/8 ]
        forwarded-header: forwarded
        proxy-protocol: false
        hosts: [ api.example.com ]
        h2c-upgrade: true
        grace-period: 8s
        drain-delay: 0s
        stream-grace: 2s
        max-call-duration: 0s
        max-connections: 1000
        max-concurrent-calls: 10000
        max-header-size: 32KiB
        max-body-size: 32MiB
        max-request-memory: 64MiB
        request-memory-wait: 5s
        header-timeout: 10s
        body-timeout: 30s
        write-timeout: 30s
        idle-timeout: 15m
        per-address:
          connections: 100
          calls-per-second: 50
          burst: 200
          failed-tokens-per-minute: 20
        http1:
          max-request-line: 8KiB
          max-headers: 128
          first-byte-timeout: 30s
          min-body-rate: 240B
          linger-timeout: 1s
        http2:
          max-concurrent-streams: 1000
          max-lingering-handlers: 1000
          min-body-rate: 240B
          stream-window: 256KiB
          connection-window: 4MiB
          outbound-buffer: 64KiB
          max-buffered-entity: 64KiB
          stall-timeout: 5m
          keep-alive-interval: 30s
          keep-alive-timeout: 20s
          linger-timeout: 1s
          max-age: 1h
          max-age-grace: 5s
          floods:
            per: 10s
            resets: 20000
            refused: 10000
            pings: 1000
            settings: 100
            empty-data: 10000
            window-updates: 20000
            other: 10000
        grpc:
          max-message-size: 4MiB
          max-decompressed-size: 4MiB
        web:
          max-json-size: 1MiB
        page:
          enabled: false
          max-readers: 16
        health:
          include-services: false
        cors:
          origins: [ "https://app.example.com" ]
          max-age: 2h
        websocket:
          max-message-size: 1MiB
          max-frame-size: 1MiB
          max-stream-size: 1GiB
          close-timeout: 5s
          max-open: 8000
          ping-interval: 30s
          missed-pings: 2
          origins: [ "https://app.example.com" ]
          compression: false
      audit:
        sample-allowed: 100
        queue: 16384
        overflow: block
        project: my-project
      shared:
        redis:
          url: rediss://redis.example:6379/0
          username: me
          password: secret
          prefix: "oneport:"
          timeout: 500ms
        quotas:
          without-store: local
        revocations:
          without-store: closed
          keep: 720h
          leeway: 1m
      identity:
        cache-size: 1000
        keys:
          fresh: 5m
          min-fresh: 30s
          max-fresh: 24h
          pause: 30s
          outage: 24h
        issuers:
          a:
            kind: token
            preset: oidc
            issuer: https://issuer.example
            jwks: https://issuer.example/keys
            audiences: [ "https://me.example" ]
            audience-claim: aud
            caller-claim: sub
            require-verified-email: false
            caller-prefix: "a:"
            roles-claim: groups
            roles-prefix: a-
            roles: [ admin ]
            algorithms: [ RS256 ]
            clock-skew: 30s
            max-token-lifetime: 24h
            token-type: at+jwt
            header: x-token
            claims: [ tenant_id ]
            logout-audiences: [ web-client ]
          b:
            preset: google-service-account
            accounts: [ sa@project.example ]
            audiences: [ me ]
            caller-prefix: "b:"
          c:
            preset: entra
            tenants: [ 72f988bf-86f1-41af-91ab-2d7cd011db47 ]
            audiences: [ me ]
            caller-prefix: "c:"
            cookie: session
          d:
            kind: api-keys
            keys: [ "ci sha256:5d2a0e1b5d2a0e1b5d2a0e1b5d2a0e1b5d2a0e1b5d2a0e1b5d2a0e1b5d2a0e1b" ]
            caller-prefix: "d:"
          e:
            kind: introspection
            endpoint: https://issuer.example/introspect
            client-id: me
            client-secret: secret
            audiences: [ me ]
            caller-prefix: "e:"
      telemetry:
        otlp: http://127.0.0.1:4318
        sample: 0.1
      policy:
        roles:
          listed:
            callers: [ "a:alice@corp.example" ]
            groups: [ a-admin ]
          strong:
            callers: [ "a:alice@corp.example" ]
            when: has(claims.tenant_id)
        rules:
          - allow: [ listed ]
            route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ]
            shadow: false
          - deny: [ "a:eve@corp.example" ]
            route: WS /ws
            when: request.ip != ""
          - allow: [ listed ]
            route:
              [ "HTTP * /orders/**", "HTTP * /shipping/**", "HTTP * /invoices/**", GRPC ledger.v1.Ledger/*, HTTP GET /.well-known/oneport/jwks.json ]
            credential: a
          - allow: [ anyone ]
            route: HTTP POST /back-channel-logout
        quotas:
          - for: [ listed ]
            by: caller
            scope: fleet
            calls-per-second: 5
            burst: 10
            open-streams: 5
            messages-per-second: 5
            bytes-per-second: 64KiB
      upstreams:
        orders:
          url: "http://127.0.0.1:8081"
          keep-host: false
          max-connections: 100
          max-header-size: 64KiB
          connect-timeout: 1s
          first-byte-timeout: 30s
          idle-timeout: 5m
          keep-alive: 30s
          identity-headers:
            caller: X-OnePort-Caller
            issuer: X-OnePort-Issuer
            roles: X-OnePort-Roles
          forward-authorization: false
          assertion:
            header: X-OnePort-Assertion
            audience: https://orders.example
            lifetime: 1m
            claims: [ tenant_id ]
        shipping:
          url: "http://127.0.0.1:8082"
          assertion: false
          id-token: false
          health:
            path: /healthz
            interval: 5s
            timeout: 1s
            unhealthy-after: 3
            healthy-after: 2
            in-readiness: true
          circuit-breaker:
            failures: 5
            delay: 1s
          retry-percent: 20
        invoices:
          url: https://invoices.example
          id-token:
            header: Authorization
            audience: https://invoices.example
            metadata-url: "http://127.0.0.1:8090"
        ledger:
          url: h2c://127.0.0.1:9090
          health:
            service: ledger.v1.Ledger
          reflection: true
      assertion-signing:
        issuer: https://port.example
        rotation: 24h
      forward:
        - route: "HTTP * /orders/**"
          to: orders
        - route: "HTTP * /shipping/**"
          to: shipping
        - route: "HTTP * /invoices/**"
          to: invoices
        - route: GRPC ledger.v1.Ledger/*
          to: ledger
      """;

  @Test
  void allOfThemTogetherAreValid() {
    assertEquals(List.of(), problems(WHOLE));
  }

  @Test
  void nonsenseIsRefusedWhereItStands() {
    var lines = WHOLE.lines().toList();
    var accepted = new ArrayList<String>();
    for (int i = 0; i < lines.size(); i++) {
      var found = LINE.matcher(lines.get(i));
      if (found.matches() && !UNJUDGED.contains(found.group(2))) {
        var changed = new ArrayList<>(lines);
        changed.set(i, found.group(1) + found.group(2) + ": " + NONSENSE);
        var place = "test.yaml:" + (i + 1) + ": ";
        if (problems(String.join("\n", changed)).stream().noneMatch(it -> it.startsWith(place))) {
          accepted.add(place + found.group(2));
        }
      }
    }
    assertEquals(List.of(), accepted);
  }

  /** A new key needs a line here. */
  @Test
  void noKeyIsMissing() throws IOException {
    var read = new TreeSet<String>();
    try (var files = Files.walk(Path.of("src/main/java/dev/oneport"))) {
      for (var file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
        if (!file.toString().matches(".*/(cli|client)/.*")) {
          READ.matcher(Files.readString(file)).results().forEach(it -> read.add(it.group(1)));
        }
      }
    }
    WHOLE
        .lines()
        .map(LINE::matcher)
        .filter(it -> it.matches())
        .forEach(it -> read.remove(it.group(2)));
    // Files that must exist, and an issuer that needs one: their own tests have them.
    read.removeAll(
        Set.of(
            "ca",
            "descriptors",
            "file",
            "keys-file",
            "client-secret-file",
            "password-file",
            "caller-from",
            "key-files"));
    assertEquals(Set.of(), read);
  }

  static List<String> problems(String yaml) {
    try {
      var _ =
          Plan.read(
              Configuration.parse("test.yaml", yaml, Map.of(), false),
              List.of(new EchoService()),
              Optional.empty());
      return List.of();
    } catch (InvalidConfiguration e) {
      return e.problems().stream().map(ConfigurationProblem::toString).toList();
    }
  }
}
