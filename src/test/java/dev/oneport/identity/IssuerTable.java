package dev.oneport.identity;

import dev.oneport.testing.TestIssuer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Issuers as tests need them. */
final class IssuerTable {
  private IssuerTable() {}

  /** The good test issuer, with keys from somewhere. */
  static Issuer issuer(KeySource keys) {
    return new Issuer(
        "test",
        Set.of(TestIssuer.good().id()),
        keys,
        ClaimPath.named("aud"),
        Set.of(TestIssuer.AUDIENCE),
        Requirements.NONE,
        List.of(ClaimPath.named("email")),
        EmailRule.IF_CALLER,
        "",
        Optional.empty(),
        Set.of(Algorithm.RS256, Algorithm.ES256),
        Issuer.SKEW,
        Issuer.MAX_LIFETIME,
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        List.of(),
        CallerShape.ANY);
  }
}
