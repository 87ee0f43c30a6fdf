package dev.oneport.identity;

import dev.oneport.json.EcJwk;
import dev.oneport.json.Json;
import io.helidon.security.jwt.Jwt;
import io.helidon.security.jwt.SignedJwt;
import io.helidon.security.jwt.jwk.Jwk;
import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import java.time.Clock;
import java.time.Duration;
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

  private final Clock clock;
  private final String keyId = UUID.randomUUID().toString();
  private final Jwk signing;
  private final JsonObject verifying;

  public DevIssuer(Clock clock) {
    this.clock = clock;
    var pair = EcJwk.generate();
    this.verifying = EcJwk.verifying(pair, keyId);
    this.signing = Jwk.create(EcJwk.signing(pair, keyId));
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
        Set.of(),
        List.of(),
        CallerShape.ANY);
  }
}
