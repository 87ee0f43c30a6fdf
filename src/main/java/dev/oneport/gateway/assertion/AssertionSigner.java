package dev.oneport.gateway.assertion;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import dev.oneport.json.Json;
import io.helidon.security.jwt.Jwt;
import io.helidon.security.jwt.SignedJwt;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

/**
 * Signs the assertions for one upstream. A signature costs far more than the rest of a forwarded
 * call, so a caller's calls of one route share an assertion for the first half of its lifetime.
 */
public final class AssertionSigner {
  private static final int REMEMBERED = 10_000;

  private record Subject(Caller caller, Route route) {}

  private record Signed(String text, Instant from, Instant until) {}

  private final AssertionKeys keys;
  private final String issuer;
  private final AssertionSettings settings;
  private final InstantSource now;
  private final Cache<Subject, Signed> known =
      Caffeine.newBuilder().maximumSize(REMEMBERED).build();

  /**
   * Creates a signer.
   *
   * @param now the time of day
   */
  public AssertionSigner(
      AssertionKeys keys, String issuer, AssertionSettings settings, InstantSource now) {
    this.keys = keys;
    this.issuer = issuer;
    this.settings = settings;
    this.now = now;
  }

  /** The header that carries the assertion. */
  public String header() {
    return settings.header();
  }

  /**
   * An assertion about a caller that is not anonymous.
   *
   * @param roles the caller's roles, which depend on the caller alone
   * @param route the route of the call
   */
  public String assertion(Caller caller, List<String> roles, Route route) {
    var subject = new Subject(caller, route);
    var at = now.instant();
    var signed = known.getIfPresent(subject);
    if (signed == null || at.isBefore(signed.from) || !at.isBefore(signed.until)) {
      signed =
          new Signed(sign(caller, roles, route, at), at, at.plus(settings.lifetime().dividedBy(2)));
      known.put(subject, signed);
    }
    return signed.text;
  }

  private String sign(Caller caller, List<String> roles, Route route, Instant at) {
    var key = keys.signing();
    var jwt =
        Jwt.builder()
            .type("JWT")
            .algorithm("ES256")
            .keyId(key.id())
            .issuer(issuer)
            .addAudience(settings.audience())
            .subject(caller.name())
            .issueTime(at)
            .expirationTime(at.plus(settings.lifetime()))
            .jwtId(UUID.randomUUID().toString())
            .addPayloadClaim("caller_issuer", caller.issuer())
            .addPayloadClaim("roles", roles)
            .addPayloadClaim("route", route.toString());
    if (!settings.claims().isEmpty()) {
      jwt.addPayloadClaim("claims", claims(caller));
    }
    return SignedJwt.sign(jwt.build(), key.signing()).tokenContent();
  }

  /** The listed claims that the caller has, as its token has them. */
  private JsonObject claims(Caller caller) {
    var claims = new LinkedHashMap<String, Object>();
    for (var name : settings.claims()) {
      var value = caller.claims().get(name);
      if (value != null) {
        claims.put(name, value);
      }
    }
    return Json.PROVIDER.createObjectBuilder(claims).build();
  }
}
