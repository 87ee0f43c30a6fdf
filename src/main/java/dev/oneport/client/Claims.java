package dev.oneport.client;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A token's claims (RFC 7519 section 4.1), not verified: they are used to renew a token in time and
 * to explain a refusal, never to decide about access.
 *
 * @param algorithm the signature algorithm that the header names
 * @param caller the e-mail address if there is one, else the subject
 */
public record Claims(
    String algorithm,
    String issuer,
    String caller,
    List<String> audiences,
    Optional<Instant> issued,
    Optional<Instant> expires) {
  public Claims {
    audiences = List.copyOf(audiences);
  }

  /** Reads a token's claims; empty if it is not a JSON Web Token. */
  public static Optional<Claims> of(BearerToken token) {
    var parts = token.value().split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    return decode(parts[0]).flatMap(header -> decode(parts[1]).map(payload -> of(header, payload)));
  }

  private static Claims of(JsonObject header, JsonObject payload) {
    return new Claims(
        ForeignText.line(JsonText.text(header, "alg").orElse("")),
        ForeignText.line(JsonText.text(payload, "iss").orElse("")),
        ForeignText.line(
            JsonText.text(payload, "email").or(() -> JsonText.text(payload, "sub")).orElse("")),
        audiences(payload),
        time(payload, "iat"),
        time(payload, "exp"));
  }

  private static List<String> audiences(JsonObject payload) {
    return switch (payload.get("aud")) {
      case JsonString one -> List.of(one.getString());
      case JsonArray several ->
          several.stream()
              .filter(JsonString.class::isInstance)
              .map(each -> ((JsonString) each).getString())
              .toList();
      case null, default -> List.of();
    };
  }

  private static Optional<Instant> time(JsonObject payload, String name) {
    try {
      return payload.get(name) instanceof JsonNumber seconds
          ? Optional.of(Instant.ofEpochSecond(seconds.longValue()))
          : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<JsonObject> decode(String part) {
    try {
      return JsonText.object(
          new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
