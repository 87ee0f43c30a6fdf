package dev.oneport.identity;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.spi.JsonProvider;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which keys of a JWK set are used (RFC 7517): public RSA and elliptic curve keys that are meant
 * for signatures, have an id of their own, and sign with one algorithm that the operator allows.
 * All others are left out; one bad key does not spoil the set.
 */
final class KeyFilter {
  /** Json itself would look for its provider in every jar again, each time. */
  private static final JsonProvider JSON = JsonProvider.provider();

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;
  private static final int MAX_KEYS = 100;
  private static final List<String> PUBLIC = List.of("kty", "kid", "n", "e", "crv", "x", "y");

  private KeyFilter() {}

  /** The usable keys of a set, each reduced to its public part and its one algorithm. */
  static List<JsonObject> usable(JsonObject set, Set<Algorithm> allowed) {
    var accepted = new ArrayList<JsonObject>();
    var ids = new HashSet<String>();
    var twice = new HashSet<String>();
    if (!(set.get("keys") instanceof JsonArray keys)) {
      return List.of();
    }
    for (var item : keys) {
      if (item instanceof JsonObject key && accepted.size() < MAX_KEYS) {
        reduce(key, allowed)
            .ifPresent(
                it -> {
                  if (!ids.add(it.getString("kid"))) {
                    twice.add(it.getString("kid"));
                  }
                  accepted.add(it);
                });
      }
    }
    // Of two keys with one id nobody can say which is meant.
    accepted.removeIf(key -> twice.contains(key.getString("kid")));
    return accepted;
  }

  private static Optional<JsonObject> reduce(JsonObject key, Set<Algorithm> allowed) {
    if (text(key, "kid").isEmpty()
        || text(key, "use").filter(use -> !use.equals("sig")).isPresent()) {
      return Optional.empty();
    }
    return algorithm(key, allowed).filter(allowed::contains).map(it -> reduced(key, it));
  }

  /** The one algorithm: the key's own, or the only one that its type leaves. */
  private static Optional<Algorithm> algorithm(JsonObject key, Set<Algorithm> allowed) {
    var own = text(key, "alg");
    return switch (text(key, "kty").orElse("")) {
      case "EC" ->
          Algorithm.onCurve(text(key, "crv").orElse(""))
              .filter(it -> own.isEmpty() || own.get().equals(it.name()));
      case "RSA" ->
          rsaSizeIsSound(key)
              ? own.map(Algorithm::named).orElseGet(() -> onlyRsa(allowed)).filter(Algorithm::rsa)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Algorithm> onlyRsa(Set<Algorithm> allowed) {
    var rsa = allowed.stream().filter(Algorithm::rsa).toList();
    return Optional.of(rsa.size() == 1 ? rsa.getFirst() : Algorithm.RS256);
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
    var reduced = JSON.createObjectBuilder().add("alg", algorithm.name()).add("use", "sig");
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
