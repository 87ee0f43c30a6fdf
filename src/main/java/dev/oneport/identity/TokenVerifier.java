package dev.oneport.identity;

import dev.oneport.identity.Verification.Rejected;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says whom a token names. The issuer is chosen by the token's own {@code iss}, and then everything
 * in the token must be that issuer's: its keys, its algorithms, its audiences, its header.
 */
final class TokenVerifier {
  private static final System.Logger LOG = System.getLogger(TokenVerifier.class.getName());

  private final Map<String, IssuerCheck> byId = new HashMap<>();

  TokenVerifier(List<Issuer> issuers, Clock clock) {
    var security = SignatureProvider.security();
    var client = new KeyClient();
    for (var issuer : issuers) {
      var check = new IssuerCheck(issuer, new KeySet(issuer, client, clock), security, clock);
      issuer.ids().forEach(id -> byId.put(id, check));
    }
  }

  /**
   * The issuer that the token says it is from, if that is one of ours and its tokens come in this
   * header.
   */
  Optional<IssuerCheck> issuer(Token token, Optional<String> header) {
    return token
        .claim("iss")
        .map(byId::get)
        .filter(check -> check.issuer().header().equals(header));
  }

  /**
   * Verifies a token. Every way to fail denies: what the libraries beneath throw at hostile input
   * means that it is invalid.
   */
  Verification verify(Token token, IssuerCheck issuer) {
    try {
      return IssuerCheck.form(token)
          .map(Verification.class::cast)
          .orElseGet(() -> issuer.check(token));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "a token made {0} fail", e.getClass().getName());
      return Rejected.invalid("it cannot be read");
    }
  }
}
