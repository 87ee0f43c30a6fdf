package dev.oneport.identity;

import dev.oneport.json.Json;
import io.helidon.security.jwt.Jwt;
import io.helidon.security.jwt.SignedJwt;
import io.helidon.security.jwt.jwk.Jwk;
import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * An issuer for a developer's machine. It creates its key at the start and never stores it, so no
 * other server accepts its tokens, nor this one after a restart.
 */
public final class DevIssuer {
  /** The static methods of {@code Json} search every jar for the provider on each call. */
  private static final JsonProvider JSON = Json.PROVIDER;

  private static final String ID = "https://dev.oneport.invalid";
  private static final String AUDIENCE = "oneport-dev";
  private static final int COORDINATE = 32;

  private final Clock clock;
  private final String keyId = UUID.randomUUID().toString();
  private final Jwk signing;
  private final JsonObject verifying;

  public DevIssuer(Clock clock) {
    this.clock = clock;
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var pair = generator.generateKeyPair();
      var point = ((ECPublicKey) pair.getPublic()).getW();
      var key =
          JSON.createObjectBuilder()
              .add("kty", "EC")
              .add("crv", "P-256")
              .add("alg", "ES256")
              .add("kid", keyId)
              .add("x", coordinate(point.getAffineX()))
              .add("y", coordinate(point.getAffineY()))
              .build();
      this.verifying = key;
      this.signing =
          Jwk.create(
              JSON.createObjectBuilder(key)
                  .add("d", coordinate(((ECPrivateKey) pair.getPrivate()).getS()))
                  .build());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no elliptic curve keys", e);
    }
  }

  /** A token for this caller, valid for the given time from now. */
  public String token(String caller, Set<String> roles, Duration life) {
    var now = clock.instant();
    var jwt =
        Jwt.builder()
            .algorithm("ES256")
            .keyId(keyId)
            .issuer(ID)
            .addAudience(AUDIENCE)
            .subject(caller)
            .issueTime(now)
            .expirationTime(now.plus(life))
            .addPayloadClaim("roles", List.copyOf(roles))
            .build();
    return SignedJwt.sign(jwt, signing).tokenContent();
  }

  Issuer issuer() {
    var set = JSON.createObjectBuilder().add("keys", JSON.createArrayBuilder().add(verifying));
    return new Issuer(
        "dev",
        Set.of(ID),
        new KeySource.Fixed(set.build()),
        ClaimPath.named("aud"),
        Set.of(AUDIENCE),
        Requirements.NONE,
        List.of(ClaimPath.named("sub")),
        EmailRule.NEVER,
        "",
        Optional.of(TokenRoles.all("roles")),
        Set.of(Algorithm.ES256),
        Issuer.SKEW,
        Issuer.MAX_LIFETIME,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** A coordinate or scalar in full length (RFC 7518 section 6.2). */
  private static String coordinate(BigInteger value) {
    var bytes = value.toByteArray();
    var fixed = new byte[COORDINATE];
    var from = Math.max(0, bytes.length - COORDINATE);
    System.arraycopy(bytes, from, fixed, COORDINATE - (bytes.length - from), bytes.length - from);
    Arrays.fill(bytes, (byte) 0);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(fixed);
  }
}
