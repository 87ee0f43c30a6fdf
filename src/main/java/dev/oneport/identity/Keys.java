package dev.oneport.identity;

import dev.oneport.json.Json;
import io.helidon.common.configurable.Resource;
import io.helidon.security.jwt.jwk.JwkKeys;
import io.helidon.security.providers.jwt.JwtProvider;
import io.helidon.security.util.TokenHandler;
import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys of one issuer at one time. Immutable: a rotation makes a new object. */
final class Keys {
  private static final JsonProvider JSON = Json.PROVIDER;

  private final Map<String, SigningKey> byId;
  private final JwkKeys jwks;
  private final Map<String, JwtProvider> providers;

  private Keys(Map<String, SigningKey> byId, JsonObject set, Set<String> audiences) {
    this.byId = Map.copyOf(byId);
    this.jwks = JwkKeys.create(set);
    this.providers =
        audiences.stream()
            .collect(Collectors.toUnmodifiableMap(Function.identity(), it -> provider(set, it)));
  }

  /**
   * Keys for tokens that are meant for one of the audiences.
   *
   * @param accepted keys that passed {@link KeyFilter}
   * @param before the issuer's previous keys; the same key keeps its object
   */
  static Keys of(List<JsonObject> accepted, Set<String> audiences, @Nullable Keys before) {
    var byId = new HashMap<String, SigningKey>();
    var array = JSON.createArrayBuilder();
    for (var jwk : accepted) {
      var known = before == null ? null : before.byId.get(jwk.getString("kid"));
      var key = known != null && known.jwk().equals(jwk) ? known : new SigningKey(jwk);
      byId.put(key.id(), key);
      array.add(jwk);
    }
    return new Keys(byId, JSON.createObjectBuilder().add("keys", array).build(), audiences);
  }

  /** Whether both are the same key object, which a key set keeps while the key is unchanged. */
  @SuppressWarnings("ReferenceEquality")
  static boolean same(SigningKey one, @Nullable SigningKey other) {
    return one == other;
  }

  @Nullable SigningKey key(String id) {
    return byId.get(id);
  }

  int size() {
    return byId.size();
  }

  JwkKeys jwks() {
    return jwks;
  }

  /** Helidon's provider with these keys, one per audience because it takes only one. */
  Optional<JwtProvider> provider(String audience) {
    return Optional.ofNullable(providers.get(audience));
  }

  private static JwtProvider provider(JsonObject set, String audience) {
    var builder = JwtProvider.builder();
    builder.expectedAudience(audience);
    return builder
        .verifyJwk(Resource.create("the issuer's keys", set.toString()))
        .atnTokenHandler(TokenHandler.forHeader(SignatureProvider.TOKEN))
        .propagate(false)
        .useJwtGroups(false)
        .build();
  }
}
