package dev.oneport.identity;

import dev.oneport.identity.Verification.Verified;
import java.util.Optional;

/** Says which verified credentials were revoked. It is asked at each call, so it must not wait. */
@FunctionalInterface
public interface RevokedCredentials {
  /** Nothing is revoked. */
  RevokedCredentials NONE = _ -> Optional.empty();

  /** What revoked a credential, for the log; empty if nothing did. */
  Optional<String> cause(Verified verified);

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
