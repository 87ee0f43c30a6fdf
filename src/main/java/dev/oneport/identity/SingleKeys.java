package dev.oneport.identity;

import dev.oneport.identity.KeyClient.Fetched;
import dev.oneport.identity.KeySource.Each;
import dev.oneport.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Makes a JWK set of keys that each have a URL and are published in PEM (RFC 7468 section 13). */
final class SingleKeys {
  private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String END = "-----END PUBLIC KEY-----";
  private static final int COORDINATE = 32;

  private SingleKeys() {}

  /** Whether a text can be the id of a key, and nothing else in a URL. */
  static boolean isId(String text) {
    return text.matches("[A-Za-z0-9-]{1,64}");
  }

  /** The set of those of the wanted keys that there are. */
  static Fetched fetch(Each source, KeyClient client, List<String> wanted)
      throws IOException, InterruptedException {
    var keys = Json.PROVIDER.createArrayBuilder();
    for (var id : wanted) {
      client
          .find(source.uri(id), source.access())
          .flatMap(pem -> jwk(id, pem))
          .ifPresent(keys::add);
    }
    var set = Json.PROVIDER.createObjectBuilder().add("keys", keys).build();
    return new Fetched(set.toString(), Duration.ofSeconds(-1));
  }

  private static Optional<JsonObject> jwk(String id, String pem) {
    int begin = pem.indexOf(BEGIN);
    int end = pem.indexOf(END);
    if (begin < 0 || end < begin) {
      return Optional.empty();
    }
    try {
      var der = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
      var key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
      return key instanceof ECPublicKey ec
          ? Optional.of(
              Json.PROVIDER
                  .createObjectBuilder()
                  .add("kty", "EC")
                  .add("crv", "P-256")
                  .add("kid", id)
                  .add("x", coordinate(ec.getW().getAffineX()))
                  .add("y", coordinate(ec.getW().getAffineY()))
                  .build())
          : Optional.empty();
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** In full length (RFC 7518 section 6.2.1.2). */
  private static String coordinate(BigInteger number) {
    var bytes = number.toByteArray();
    var full = new byte[COORDINATE];
    int length = Math.min(bytes.length, COORDINATE);
    System.arraycopy(bytes, bytes.length - length, full, COORDINATE - length, length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(full);
  }
}
