package dev.oneport.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.oneport.api.Caller;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A cache of verified tokens: verifying a signature costs a hundred times as much as a lookup. Only
 * verified tokens are cached, by their digest, so a memory dump contains no token and garbage uses
 * no memory. An entry never outlives the token, its issuer or the key that signed it.
 */
public final class VerifiedTokens {
  /** The longest accepted token, in characters; tokens of 12 KB exist. */
  static final int MAX_LENGTH = 32 << 10;

  /** What a typical verified token takes, in bytes. */
  private static final int USUAL = 640;

  /** The part of the heap for verifications. */
  private static final int PART = 4;

  private final TokenVerifier verifier;
  private final Verifications verifications;
  private final TrustCounts counts;
  private final RevokedCredentials revoked;
  private final Clock clock;
  private final Cache<TokenDigest, Verified> cache;
  private final ConcurrentHashMap<TokenDigest, FutureTask<Verification>> running =
      new ConcurrentHashMap<>();

  VerifiedTokens(
      TokenVerifier verifier,
      Verifications verifications,
      long size,
      TrustCounts counts,
      RevokedCredentials revoked,
      Clock clock) {
    this.verifier = verifier;
    this.verifications = verifications;
    this.counts = counts;
    this.revoked = revoked;
    this.clock = clock;
    this.cache = cache(Math.min(size * USUAL, Runtime.getRuntime().maxMemory() / PART));
  }

  /** Tokens with hundreds of groups take many times as much memory as others. */
  static <K> Cache<K, Verified> cache(long bytes) {
    return Caffeine.newBuilder()
        .maximumWeight(bytes)
        .weigher((K _, Verified verified) -> weight(verified.caller()))
        .build();
  }

  /** About how many bytes are kept about a caller. */
  private static int weight(Caller caller) {
    long roles = caller.roles().stream().mapToLong(role -> 100L + role.length()).sum();
    long claims = caller.claims().isEmpty() ? 0 : 4L * caller.claims().toString().length();
    return (int) Math.max(USUAL, USUAL / 2 + caller.name().length() + roles + claims);
  }

  /** Verifies a token that belongs to no connection. */
  public Verification verify(String token, Optional<String> header) {
    return verify(new PresentedToken(token, header), Sender.on(this), Optional.empty());
  }

  /**
   * Verifies a token, or finds it in the cache.
   *
   * @param sender what the cost is charged to
   * @param shown the client's certificate, which a token may be bound to
   */
  public Verification verify(
      PresentedToken token, Sender sender, Optional<ClientCertificate> shown) {
    // Cached or not: a revocation may have been heard while the token was verified.
    var verification = revoked.check(verify(token, sender));
    return verification instanceof Verified verified
        ? CertificateBinding.problem(verified, shown)
            .<Verification>map(Rejected::invalid)
            .orElse(verified)
        : verification;
  }

  private Verification verify(PresentedToken token, Sender sender) {
    if (token.text().length() > MAX_LENGTH) {
      return Rejected.invalid("it is too long");
    }
    var digest = token.digest();
    var known = cache.getIfPresent(digest);
    if (known != null) {
      if (clock.instant().isBefore(known.until()) && known.standing().good()) {
        counts.countKnown();
        return known;
      }
      cache.invalidate(digest);
    }
    var wait = sender.attempts().toWait();
    if (wait.isPresent()) {
      return Rejected.tooManyInvalid(wait.get());
    }
    counts.countChecked();
    var verification =
        verifications
            .admit(sender.connection(), () -> verifyOnce(token.text(), digest, sender))
            .orElse(new Rejected(TokenProblem.TOO_MANY, "too many tokens wait to be verified"));
    if (verification instanceof Rejected rejected && rejected.problem().blamesClient()) {
      sender.attempts().failed();
    }
    return verification;
  }

  /**
   * Whether a token is for one of the issuers whose tokens come in this header, so that it must be
   * judged; a token of others is not ours to judge.
   */
  public boolean isOurs(String token, Optional<String> header) {
    return token.length() > MAX_LENGTH || verifier.isOurs(token, header);
  }

  /** The number of cached tokens. */
  public long size() {
    cache.cleanUp();
    return cache.estimatedSize();
  }

  /** Verifies a token; concurrent calls with the same new token share one verification. */
  private Verification verifyOnce(String token, TokenDigest digest, Sender sender) {
    var mine = new FutureTask<>(() -> knownOrVerified(token, digest, sender));
    var first = running.putIfAbsent(digest, mine);
    if (first == null) {
      try {
        mine.run();
      } finally {
        running.remove(digest, mine);
      }
    }
    try {
      return (first == null ? mine : first).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Rejected.invalid("the call ended before it was checked");
    } catch (ExecutionException e) {
      throw new IllegalStateException("checking a token failed", e.getCause());
    }
  }

  /** Another call may have verified it after this one did not find it in the cache. */
  private Verification knownOrVerified(String token, TokenDigest digest, Sender sender) {
    var known = cache.getIfPresent(digest);
    return known != null && clock.instant().isBefore(known.until()) && known.standing().good()
        ? known
        : remember(digest, verifier.verify(token, digest.header(), sender));
  }

  private Verification remember(TokenDigest digest, Verification verification) {
    if (verification instanceof Verified verified) {
      cache.put(digest, verified);
    }
    return verification;
  }
}
