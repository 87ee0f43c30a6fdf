package dev.oneport.identity;

import io.helidon.common.configurable.Resource;
import io.helidon.security.jwt.jwk.JwkKeys;
import io.helidon.security.providers.jwt.JwtProvider;
import io.helidon.security.util.TokenHandler;
import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The keys of one issuer at one time. They never change: a rotation makes new ones, and what was
 * verified with the old ones can be told apart by identity.
 */
public final class Keys {
  /** Json itself would look for its provider in every jar again, each time. */
  private static final JsonProvider JSON = JsonProvider.provider();

  private final JwkKeys jwks;
  private final Set<String> ids;
  private final Map<String, JwtProvider> providers;

  private Keys(JwkKeys jwks, Set<String> ids, Map<String, JwtProvider> providers) {
    this.jwks = jwks;
    this.ids = ids;
    this.providers = providers;
  }

  /** Keys that passed {@link KeyFilter}, for tokens that are meant for one of the audiences. */
  static Keys of(List<JsonObject> accepted, Set<String> audiences) {
    var array = JSON.createArrayBuilder();
    accepted.forEach(array::add);
    var set = JSON.createObjectBuilder().add("keys", array).build();
    var jwks = JwkKeys.create(set);
    var ids = accepted.stream().map(key -> key.getString("kid")).collect(Collectors.toSet());
    var providers =
        audiences.stream()
            .collect(Collectors.toMap(Function.identity(), it -> provider(set.toString(), it)));
    return new Keys(jwks, Set.copyOf(ids), Map.copyOf(providers));
  }

  boolean has(String id) {
    return ids.contains(id);
  }

  JwkKeys jwks() {
    return jwks;
  }

  /** Helidon's provider with these keys; it takes one audience, so there is one for each. */
  JwtProvider provider(String audience) {
    return Objects.requireNonNull(providers.get(audience));
  }

  private static JwtProvider provider(String jwks, String audience) {
    var builder = JwtProvider.builder();
    builder.expectedAudience(audience);
    return builder
        .verifyJwk(Resource.create("the issuer's keys", jwks))
        .atnTokenHandler(TokenHandler.forHeader(SignatureProvider.TOKEN))
        .propagate(false)
        .useJwtGroups(false)
        .build();
  }
}
