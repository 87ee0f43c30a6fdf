package others;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Duration;
import java.util.Date;
import java.util.Set;

/** Verifies tokens with Nimbus, and keeps the verified ones for a minute. */
final class Tokens {
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
  private final Cache<String, JWTClaimsSet> verified =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(1)).build();
  private final String caller;

  Tokens(JWKSet keys, String issuer, String audience, String caller) {
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, new ImmutableJWKSet<>(keys)));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            audience, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("sub", "exp")));
    this.caller = caller;
  }

  boolean allows(String token) {
    try {
      var claims = verified.getIfPresent(token);
      if (claims == null) {
        claims = processor.process(token, null);
        verified.put(token, claims);
      }
      return claims.getExpirationTime().after(new Date()) && caller.equals(claims.getSubject());
    } catch (ParseException | BadJOSEException | JOSEException e) {
      return false;
    }
  }
}
