package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Caller;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.config.Configuration;
import dev.oneport.gateway.assertion.AssertionKeys;
import dev.oneport.gateway.idtoken.IdTokens;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream is told who calls by this server alone. */
final class ForwardedIdentityTest {
  private static final IdentityHeaders NAMES = new IdentityHeaders("X-Who", "", "X-Groups", false);

  private static final Route ROUTE = new Route(Protocol.HTTP, "GET /orders/**");

  private static ForwardedIdentity identity(IdentityHeaders names) {
    return new ForwardedIdentity(
        names,
        Set.of("X-Other-Upstreams"),
        Set.of("x-goog-iap-jwt-assertion"),
        _ -> List.of("r"),
        Optional.empty(),
        Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-who",
        "X-Who",
        "X-WHO",
        "X_Who",
        "x_who",
        "X-Groups",
        "x_groups",
        "X-OnePort-Caller",
        "x-oneport_caller",
        "X_OnePort_Issuer",
        "X-ONEPORT-ROLES",
        "X-OnePort-Assertion",
        "x_oneport_assertion",
        "X.OnePort.Caller",
        "x~oneport!roles",
        "X*Who",
        "Proxy.Authorization",
        "Client+Cert",
        "X-Other-Upstreams",
        "x_other-upstreams",
        "Authorization",
        "AUTHORIZATION",
        "Proxy-Authorization",
        "X-Serverless-Authorization",
        "x_serverless_authorization",
        "X-Goog-IAP-JWT-Assertion",
        "x_goog_iap_jwt_assertion",
        "X-Forwarded-User",
        "x_forwarded_groups",
        "X-Forwarded-Uri",
        "X-Forwarded-Ssl"
      })
  void whatAClientSaysOfItselfAndItsCredentialAreRemoved(String name) {
    assertEquals(true, identity(NAMES).removes(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Whom", "Accept", "Cookie", "X-Request-Id", "traceparent"})
  void otherHeadersAreKept(String name) {
    assertEquals(false, identity(NAMES).removes(name));
  }

  @Test
  void theCredentialIsForwardedIfTheOperatorWantsThat() {
    var identity = identity(new IdentityHeaders("X-Who", "", "", true));
    assertEquals(false, identity.removes("Authorization"));
    assertEquals(false, identity.removes("X-Goog-IAP-JWT-Assertion"));
    assertEquals(true, identity.removes("X_Who"));
  }

  @Test
  void theUpstreamIsToldOfTheCaller() {
    var told =
        new ForwardedIdentity(
                IdentityHeaders.DEFAULT,
                Set.of(),
                Set.of(),
                caller -> List.of("a,b", "é %\n"),
                Optional.empty(),
                Optional.empty())
            .headers(new Caller("alice@example.com", "google", Set.of()), ROUTE);
    assertEquals(
        Map.of(
            "X-OnePort-Caller", "alice@example.com",
            "X-OnePort-Issuer", "google",
            "X-OnePort-Roles", "a%2Cb,%C3%A9%20%25%0A"),
        told);
  }

  /** The same on every protocol: what proxies say of certificates is for this server. */
  @Test
  void theHeadersOfCertificatesAndOfOtherUpstreamsAreRemoved() {
    var forwards =
        Forwards.read(
            Configuration.parse(
                    "test.yaml",
                    "upstreams: { a: { url: http://a },"
                        + " b: { url: http://b, assertion: { header: X-Proof } } }",
                    Map.of(),
                    false)
                .root());
    var identities =
        new ForwardedIdentities(
            forwards,
            Set.of("X-Token"),
            Set.of("X-Cert"),
            _ -> List.of(),
            new AssertionKeys(Instant::now),
            Instant::now,
            new IdTokens(Instant::now));
    var identity = identities.of(Objects.requireNonNull(forwards.upstreams().get("a")));
    for (var name : List.of("x-cert", "X_Cert", "x-token", "X_PROOF", "client-cert")) {
      assertTrue(identity.removes(name), name);
    }
  }

  @Test
  void nothingIsSaidOfAnonymousCallers() {
    assertEquals(Map.of(), identity(NAMES).headers(Caller.ANONYMOUS, ROUTE));
  }
}
