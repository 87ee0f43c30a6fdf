package dev.oneport.identity;

import dev.oneport.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The token of an AWS Application Load Balancer that authenticates users. It is signed like a JWT,
 * with three differences: its parts are padded, and it is the header that names who signed it and
 * for which client, and may name the expiry.
 */
final class LoadBalancerToken {
  /** The header of a request that carries it. */
  static final String HEADER = "x-amzn-oidc-data";

  private static final int PADS = 4;

  private LoadBalancerToken() {}

  /**
   * A part without its padding.
   *
   * @throws MalformedToken if there is some, and not what RFC 4648 section 4 says
   */
  static String unpadded(String part) {
    int end = part.indexOf('=');
    if (end < 0) {
      return part;
    }
    if (part.length() % PADS != 0
        || part.length() - end > 2
        || !part.substring(end).matches("==?")) {
      throw new MalformedToken("it is padded wrongly");
    }
    return part.substring(0, end);
  }

  /** The claims, with those that the header has. */
  static JsonObject claims(JsonObject header, JsonObject claims) {
    var all = Json.PROVIDER.createObjectBuilder(claims);
    add(all, "iss", header.get("signer"));
    add(all, "aud", header.get("client"));
    if (!claims.containsKey("exp") && header.containsKey("exp")) {
      all.add("exp", header.get("exp"));
    }
    return all.build();
  }

  private static void add(JsonObjectBuilder all, String claim, @Nullable JsonValue value) {
    if (value instanceof JsonString text) {
      all.add(claim, text);
    } else {
      all.remove(claim);
    }
  }
}
