package dev.oneport.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.oneport.certificates.PathCheck;
import dev.oneport.certificates.PathCheck.Expired;
import dev.oneport.certificates.PathCheck.Trusted;
import dev.oneport.certificates.PathCheck.Untrusted;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Judges clients' certificates, and caches those that were verified, so that each connection's is
 * checked once.
 */
public final class VerifiedCertificates {
  private static final long MOST = 10_000;

  private record Found(CertificateCheck check, PathCheck path) {}

  private record Key(X509Certificate certificate, boolean forwarded) {}

  /**
   * What a handshake asks clients for.
   *
   * @param required whether there is no handshake without a certificate
   */
  public record Asked(Set<X509Certificate> authorities, boolean required) {
    public Asked {
      authorities = Set.copyOf(authorities);
    }
  }

  private final List<CertificateCheck> checks;
  private final Optional<ForwardedCertificate> forwarded;
  private final RevokedCredentials revoked;
  private final Clock clock;
  private final Cache<Key, Verified> cache = Caffeine.newBuilder().maximumSize(MOST).build();

  VerifiedCertificates(
      Collection<CertificateCheck> checks, RevokedCredentials revoked, Clock clock) {
    this.checks = List.copyOf(checks);
    this.forwarded =
        checks.stream()
            .flatMap(check -> check.issuer().forwarded().stream())
            .findFirst()
            .map(ForwardedCertificate::new);
    this.revoked = revoked;
    this.clock = clock;
  }

  /** What handshakes ask for; empty if clients show no certificates in them. */
  public static Optional<Asked> asked(Identity identity) {
    var asking =
        identity.issuers(CertificateIssuer.class).stream()
            .filter(issuer -> issuer.forwarded().isEmpty())
            .toList();
    var authorities = new LinkedHashSet<X509Certificate>();
    asking.forEach(issuer -> authorities.addAll(issuer.authorities().certificates()));
    return asking.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Asked(authorities, asking.stream().anyMatch(CertificateIssuer::required)));
  }

  /**
   * The certificate of a request's client.
   *
   * @param own what the other end of the connection has shown
   * @param trusted whether that is a trusted proxy; then what it says of its client counts where a
   *     header is configured, and its own certificate does not
   * @param headers gives all values of a header, by its name in lower case
   */
  public Optional<ClientCertificate> shown(
      Optional<ClientCertificate> own, boolean trusted, Function<String, List<String>> headers) {
    return forwarded.isEmpty() || !trusted ? own : forwarded.get().of(headers);
  }

  /** Judges a certificate. */
  public Verification verify(ClientCertificate shown) {
    if (shown.chain().isEmpty()) {
      return Rejected.invalid("the proxy's header holds no certificate");
    }
    var key = new Key(shown.chain().getFirst(), shown.forwarded());
    var known = cache.getIfPresent(key);
    if (known != null && clock.instant().isBefore(known.until()) && known.standing().good()) {
      return revoked.check(known);
    }
    var judged = judge(shown);
    if (judged instanceof Verified verified) {
      cache.put(key, verified);
    }
    return revoked.check(judged);
  }

  private Verification judge(ClientCertificate shown) {
    var now = clock.instant();
    var found =
        checks.stream()
            .filter(check -> isForwarded(check) == shown.forwarded())
            .map(check -> new Found(check, check.path(shown.chain(), now)))
            .toList();
    var vouching = found.stream().filter(it -> it.path() instanceof Trusted).toList();
    if (vouching.size() > 1) {
      return Rejected.invalid(names(vouching) + ": it could be a certificate of each");
    }
    var best = vouching.isEmpty() ? likeliest(found) : vouching.stream().findFirst();
    return best.map(it -> judge(it, shown))
        .orElseGet(() -> Rejected.invalid("certificates name no callers here"));
  }

  /** Where an issuer has vouched for it once, that is what there is to say of it. */
  private static Optional<Found> likeliest(List<Found> found) {
    return found.stream()
        .filter(it -> it.path() instanceof Expired)
        .findFirst()
        .or(() -> found.stream().findFirst());
  }

  private static Verification judge(Found found, ClientCertificate shown) {
    return switch (found.path()) {
      case Trusted path -> found.check().check(shown.chain().getFirst(), path);
      case Expired() ->
          new Rejected(TokenProblem.EXPIRED, names(List.of(found)) + ": the certificate expired");
      case Untrusted(var why) -> Rejected.invalid(why);
    };
  }

  private static boolean isForwarded(CertificateCheck check) {
    return check.issuer().forwarded().isPresent();
  }

  private static String names(List<Found> found) {
    return found.stream().map(it -> it.check().issuer().name()).collect(Collectors.joining(", "));
  }
}
