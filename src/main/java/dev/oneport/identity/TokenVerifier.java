package dev.oneport.identity;

import dev.oneport.identity.Verification.Rejected;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Says whom a token names. The issuer is chosen by the token's own {@code iss}, and then everything
 * in the token must be that issuer's: its keys, its algorithms, its audiences, its header.
 */
final class TokenVerifier {
  private static final System.Logger LOG = System.getLogger(TokenVerifier.class.getName());

  private final Map<String, IssuerCheck> byId = new HashMap<>();

  TokenVerifier(Collection<IssuerCheck> checks) {
    checks.forEach(check -> check.issuer().ids().forEach(id -> byId.put(id, check)));
  }

  /**
   * Verifies a token. Every way to fail denies: what the libraries beneath throw at hostile input
   * means that it is invalid.
   *
   * @param header the header it came in, in lower case, where that was not {@code Authorization}
   * @param connection what it came on
   */
  Verification verify(String text, Optional<String> header, Object connection) {
    try {
      return verify(Token.parse(text), header, connection);
    } catch (MalformedToken e) {
      return Rejected.invalid(e.detail());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "a token made {0} fail", e.getClass().getName());
      return Rejected.invalid("it cannot be read");
    }
  }

  private Verification verify(Token token, Optional<String> header, Object connection) {
    if (token.signatureRemoved()) {
      return new Rejected(
          TokenProblem.SIGNATURE_REMOVED, "the platform in front removed the signature");
    }
    var id = token.claim("iss");
    if (id.isEmpty()) {
      return Rejected.invalid("it does not say who issued it");
    }
    var issuer = id.map(byId::get);
    if (issuer.isEmpty()) {
      return Rejected.invalid("its issuer is not trusted here");
    }
    return issuer.get().issuer().header().equals(header)
        ? issuer.get().check(token, connection)
        : Rejected.invalid(issuer.get().issuer().name() + ": its tokens come in another header");
  }
}
