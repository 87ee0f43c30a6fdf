package dev.oneport.identity;

import dev.oneport.identity.Verification.Rejected;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Verifies tokens. The token's {@code iss} selects the issuer; the token must then match that
 * issuer's keys, algorithms, audiences and header.
 */
final class TokenVerifier {
  private static final System.Logger LOG = System.getLogger(TokenVerifier.class.getName());

  private final Map<String, IssuerCheck> byId = new HashMap<>();

  TokenVerifier(Collection<IssuerCheck> checks) {
    checks.forEach(check -> check.issuer().ids().forEach(id -> byId.put(id, check)));
  }

  /**
   * Verifies a token. Every failure denies: an exception of a library beneath means that the token
   * is invalid.
   *
   * @param header the header that carried it, in lower case; empty for {@code Authorization}
   * @param connection the connection that it came on
   */
  Verification verify(String text, Optional<String> header, Object connection) {
    try {
      return verify(Token.parse(text), header, connection);
    } catch (MalformedToken e) {
      return Rejected.invalid(e.detail());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "a token caused {0}", e.getClass().getName());
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
