package dev.oneport.identity;

import dev.oneport.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.spi.JsonProvider;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Selects the keys of a JWK set that are used (RFC 7517): public RSA, elliptic curve and Ed25519
 * keys that are meant for signatures, have a unique id, and sign with one algorithm that the
 * operator allows. A key without an id is used if it is the only one of its algorithm. All others
 * are skipped, so a bad key does not invalidate the set.
 */
final class KeyFilter {
  /** Signatures of tokens; a SPIFFE bundle says which tokens. */
  private static final Set<String> USES = Set.of("sig", "jwt-svid");

  /** The static methods of {@code Json} search every jar for the provider on each call. */
  private static final JsonProvider JSON = Json.PROVIDER;

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;
  private static final int MAX_KEYS = 100;
  private static final List<String> PUBLIC = List.of("kty", "kid", "n", "e", "crv", "x", "y");

  private KeyFilter() {}

  /**
   * The usable keys of a set.
   *
   * @param keys each reduced to its public part and its algorithm
   * @param ambiguous ids that several different keys share; those keys are not used, because a
   *     token could mean any of them
   */
  record Usable(List<JsonObject> keys, Set<String> ambiguous) {}

  static Usable usable(JsonObject set, Set<Algorithm> allowed) {
    if (!(set.get("keys") instanceof JsonArray keys)) {
      return new Usable(List.of(), Set.of());
    }
    // The same key listed twice is one key.
    var accepted = new LinkedHashSet<JsonObject>();
    for (var item : keys) {
      if (item instanceof JsonObject key && accepted.size() < MAX_KEYS) {
        reduce(key, allowed).ifPresent(accepted::add);
      }
    }
    var byId = new LinkedHashMap<String, JsonObject>();
    var ambiguous = new TreeSet<String>();
    for (var key : accepted) {
      if (byId.putIfAbsent(key.getString("kid"), key) != null) {
        ambiguous.add(key.getString("kid"));
      }
    }
    byId.keySet().removeAll(ambiguous);
    byId.values().removeIf(key -> !SigningKey.hasId(key) && !isOnly(key, accepted));
    ambiguous.removeIf(SigningKey::standsForNone);
    return new Usable(List.copyOf(byId.values()), ambiguous);
  }

  private static boolean isOnly(JsonObject key, Set<JsonObject> all) {
    return all.stream().filter(it -> it.getString("alg").equals(key.getString("alg"))).count() == 1;
  }

  private static Optional<JsonObject> reduce(JsonObject key, Set<Algorithm> allowed) {
    if (hasBadId(key) || text(key, "use").filter(use -> !USES.contains(use)).isPresent()) {
      return Optional.empty();
    }
    return algorithm(key, allowed)
        .filter(allowed::contains)
        .filter(it -> it.knownToHelidon() || isSound(reduced(key, it)))
        .map(it -> reduced(key, it));
  }

  private static boolean hasBadId(JsonObject key) {
    return key.containsKey("kid") && text(key, "kid").filter(id -> !id.isEmpty()).isEmpty();
  }

  /** The key's algorithm: the one that it declares, or the only one that its type allows. */
  private static Optional<Algorithm> algorithm(JsonObject key, Set<Algorithm> allowed) {
    var own = text(key, "alg");
    return switch (text(key, "kty").orElse("")) {
      case "EC" -> onCurve(key, own).filter(it -> it != Algorithm.EDDSA);
      case "OKP" -> onCurve(key, own).filter(it -> it == Algorithm.EDDSA);
      case "RSA" ->
          rsaSizeIsSound(key)
              ? own.map(Algorithm::named).orElseGet(() -> onlyRsa(allowed)).filter(Algorithm::rsa)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Algorithm> onCurve(JsonObject key, Optional<String> declared) {
    return Algorithm.onCurve(text(key, "crv").orElse(""))
        .filter(it -> declared.isEmpty() || declared.get().equals(it.toString()));
  }

  private static Optional<Algorithm> onlyRsa(Set<Algorithm> allowed) {
    var rsa = allowed.stream().filter(Algorithm::rsa).toList();
    return Optional.of(rsa.size() == 1 ? rsa.getFirst() : Algorithm.RS256);
  }

  private static boolean isSound(JsonObject key) {
    try {
      var _ = new PlatformKey(key);
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean rsaSizeIsSound(JsonObject key) {
    try {
      var modulus = new BigInteger(1, Base64.getUrlDecoder().decode(text(key, "n").orElse("")));
      return modulus.bitLength() >= MIN_RSA_BITS && modulus.bitLength() <= MAX_RSA_BITS;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static JsonObject reduced(JsonObject key, Algorithm algorithm) {
    var reduced = JSON.createObjectBuilder().add("alg", algorithm.toString()).add("use", "sig");
    if (!key.containsKey("kid")) {
      reduced.add("kid", SigningKey.withoutId(algorithm));
    }
    for (var name : PUBLIC) {
      text(key, name).ifPresent(value -> reduced.add(name, value));
    }
    return reduced.build();
  }

  private static Optional<String> text(JsonObject object, String name) {
    return object.get(name) instanceof JsonString value
        ? Optional.of(value.getString())
        : Optional.empty();
  }
}
