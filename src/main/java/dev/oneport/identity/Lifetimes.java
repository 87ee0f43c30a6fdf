package dev.oneport.identity;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How long credentials are accepted after they were issued, by what their issuers allow. */
public final class Lifetimes {
  private final Identity identity;

  public Lifetimes(Identity identity) {
    this.identity = identity;
  }

  /**
   * The longest life of certain credentials.
   *
   * @param issuer the operator's name of their issuer; empty for any
   * @param caller their caller; empty for any
   * @param ofToken whether they are tokens, so neither API keys nor certificates
   * @return empty if there is no bound: API keys and certificates may be valid forever, and only
   *     their issuer knows how long an opaque token is
   */
  public Optional<Duration> longest(String issuer, String caller, boolean ofToken) {
    var possible =
        identity.issuers(NamedIssuer.class).stream()
            .filter(it -> issuer.isEmpty() || it.name().equals(issuer))
            .filter(it -> caller.startsWith(it.callerPrefix()) || caller.isEmpty())
            .filter(it -> !ofToken || it instanceof Issuer || it instanceof IntrospectionIssuer)
            .toList();
    return possible.stream().allMatch(Issuer.class::isInstance)
        ? Optional.of(longest(possible.isEmpty() ? all() : possible))
        : Optional.empty();
  }

  /** The longest life of any signed token. */
  public Duration longestToken() {
    return longest(all());
  }

  private List<NamedIssuer> all() {
    return identity.issuers(NamedIssuer.class);
  }

  private static Duration longest(List<? extends NamedIssuer> issuers) {
    return issuers.stream()
        .filter(Issuer.class::isInstance)
        .map(it -> life((Issuer) it))
        .max(Duration::compareTo)
        .orElse(Issuer.MAX_LIFETIME);
  }

  /** Both ends of a token's life may be off by the clock skew. */
  private static Duration life(Issuer issuer) {
    return issuer.maxLifetime().plus(issuer.skew().multipliedBy(2));
  }
}
