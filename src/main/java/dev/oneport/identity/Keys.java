package dev.oneport.identity;

import dev.oneport.json.Json;
import io.helidon.common.configurable.Resource;
import io.helidon.security.jwt.jwk.JwkKeys;
import io.helidon.security.providers.jwt.JwtProvider;
import io.helidon.security.util.TokenHandler;
import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys of one issuer at one time. Immutable: a rotation creates a new object. */
final class Keys {
  private static final JsonProvider JSON = Json.PROVIDER;

  private final Map<String, SigningKey> byId;
  private final Map<SigningKey, PlatformKey> platform;
  private final JwkKeys jwks;
  private final Map<String, JwtProvider> providers;

  private Keys(
      Map<String, SigningKey> byId,
      Map<SigningKey, PlatformKey> platform,
      JsonObject set,
      Set<String> audiences) {
    this.byId = Map.copyOf(byId);
    this.platform = Map.copyOf(platform);
    this.jwks = JwkKeys.create(set);
    this.providers =
        audiences.stream()
            .collect(Collectors.toUnmodifiableMap(Function.identity(), it -> provider(set, it)));
  }

  /**
   * Creates keys for tokens with one of the audiences.
   *
   * @param accepted keys that passed {@link KeyFilter}
   * @param before the issuer's previous keys; the same key keeps its object
   */
  static Keys of(List<JsonObject> accepted, Set<String> audiences, @Nullable Keys before) {
    var byId = new HashMap<String, SigningKey>();
    var platform = new HashMap<SigningKey, PlatformKey>();
    var array = JSON.createArrayBuilder();
    for (var jwk : accepted) {
      var known = before == null ? null : before.byId.get(jwk.getString("kid"));
      var key = known != null && known.jwk().equals(jwk) ? known : new SigningKey(jwk);
      byId.put(key.id(), key);
      if (Algorithm.named(key.algorithm()).orElseThrow().knownToHelidon()) {
        array.add(jwk);
      } else {
        platform.put(key, platformKey(jwk));
      }
    }
    return new Keys(
        byId, platform, JSON.createObjectBuilder().add("keys", array).build(), audiences);
  }

  /** Whether both are the same key object, which a key set keeps while the key is unchanged. */
  @SuppressWarnings("ReferenceEquality")
  static boolean same(SigningKey one, @Nullable SigningKey other) {
    return one == other;
  }

  /** The key with this id, which may be one made up for a key without an id. */
  @Nullable SigningKey key(String id) {
    return byId.get(id);
  }

  /**
   * The key for a token: the key that it names or, if the token or the key has no id, the only key
   * of the algorithm.
   *
   * @param id the token's {@code kid}; empty if it has none
   */
  @Nullable SigningKey key(String id, String algorithm) {
    var named = byId.get(id);
    if (named != null) {
      return named;
    }
    var fitting = fitting(algorithm);
    return fitting.size() == 1 && (id.isEmpty() || !fitting.getFirst().hasId())
        ? fitting.getFirst()
        : null;
  }

  /** Whether there are several keys of this algorithm, so that a token must name its key. */
  boolean several(String algorithm) {
    return fitting(algorithm).size() > 1;
  }

  private List<SigningKey> fitting(String algorithm) {
    return byId.values().stream().filter(key -> key.algorithm().equals(algorithm)).toList();
  }

  /** The key in the JDK's form, if Helidon does not support its algorithm. */
  Optional<PlatformKey> platform(SigningKey key) {
    return Optional.ofNullable(platform.get(key));
  }

  private static PlatformKey platformKey(JsonObject jwk) {
    try {
      return new PlatformKey(jwk);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(e);
    }
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
