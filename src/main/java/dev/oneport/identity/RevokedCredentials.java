package dev.oneport.identity;

import dev.oneport.identity.Verification.Verified;
import java.util.Optional;

/** Says which verified credentials were revoked. It is asked at each call, so it must not wait. */
@FunctionalInterface
public interface RevokedCredentials {
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

  /** The same verification, unless its credential was revoked. */
  default Verification check(Verification verification) {
    return verification instanceof Verified verified
        ? cause(verified)
            .<Verification>map(
                cause ->
                    new Verification.Rejected(
                        TokenProblem.REVOKED, verified.caller().issuer() + ": " + cause))
            .orElse(verified)
        : verification;
  }
}
