package dev.oneport.identity;

import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import java.time.Duration;
import java.util.Optional;

/** Says which verified credentials were revoked. It is asked at each call, so it must not wait. */
@FunctionalInterface
public interface RevokedCredentials {
  /** How long clients wait while it is not known what was revoked. */
  Duration PAUSE = Duration.ofSeconds(1);

  /** Nothing is revoked, nor will be. */
  RevokedCredentials NONE =
      new RevokedCredentials() {
        @Override
        public Optional<String> cause(Verified verified) {
          return Optional.empty();
        }

        @Override
        public boolean possible() {
          return false;
        }
      };

  /** What revoked a credential, for the log; empty if nothing did. */
  Optional<String> cause(Verified verified);

  /** Whether anything may be revoked. */
  default boolean possible() {
    return true;
  }

  /** Whether it is known what was revoked; until then no credential may be accepted. */
  default boolean known() {
    return true;
  }

  /** The same verification, unless its credential was revoked, or that is not known yet. */
  default Verification check(Verification verification) {
    if (!(verification instanceof Verified verified)) {
      return verification;
    }
    var issuer = verified.caller().issuer();
    if (!known()) {
      return new Rejected(
          TokenProblem.KEYS_UNAVAILABLE, issuer + ": it is not known yet what was revoked", PAUSE);
    }
    return cause(verified)
        .<Verification>map(cause -> new Rejected(TokenProblem.REVOKED, issuer + ": " + cause))
        .orElse(verified);
  }
}
