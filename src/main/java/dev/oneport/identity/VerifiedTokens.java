package dev.oneport.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Whom each token names, remembered: verifying a signature costs a hundred times what looking it up
 * does. Only verified tokens are kept, under a digest, so that a dump of the memory holds no token
 * and garbage costs no memory. An entry never outlives the token or the keys that it was verified
 * with.
 */
public final class VerifiedTokens {
  /** The longest token that is looked at, in characters; 12 KB ones exist. */
  static final int MAX_LENGTH = 32 << 10;

  private record Entry(Verified verified, IssuerCheck issuer) {}

  private final TokenVerifier verifier;
  private final Clock clock;
  private final Cache<String, Entry> cache;

  VerifiedTokens(List<Issuer> issuers, long size, Clock clock) {
    this.verifier = new TokenVerifier(issuers, clock);
    this.clock = clock;
    this.cache = Caffeine.newBuilder().maximumSize(size).build();
  }

  /**
   * Says whom a token names.
   *
   * @param header the header it came in, in lower case, where that was not {@code Authorization}
   */
  public Verification verify(String text, Optional<String> header) {
    if (text.length() > MAX_LENGTH) {
      return Rejected.invalid("it is too long");
    }
    var digest = digest(text);
    var entry = cache.getIfPresent(digest);
    if (entry != null && good(entry, header)) {
      return entry.verified();
    }
    return verifyNow(text, header, digest);
  }

  private boolean good(Entry entry, Optional<String> header) {
    var issuer = entry.issuer().issuer();
    return issuer.header().equals(header)
        && clock.instant().isBefore(entry.verified().expires().plus(issuer.skew()))
        && entry.issuer().current(entry.verified().keys());
  }

  private Verification verifyNow(String text, Optional<String> header, String digest) {
    var token = Token.parse(text);
    if (token.isEmpty()) {
      return Rejected.invalid("it is not a signed JWT");
    }
    var issuer = verifier.issuer(token.get(), header);
    if (issuer.isEmpty()) {
      return IssuerCheck.form(token.get())
          .map(Verification.class::cast)
          .orElseGet(() -> Rejected.invalid("its issuer is not one of ours"));
    }
    var verification = verifier.verify(token.get(), issuer.get());
    if (verification instanceof Verified verified) {
      cache.put(digest, new Entry(verified, issuer.get()));
    }
    return verification;
  }

  private static String digest(String token) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
