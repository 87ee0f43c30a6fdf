package dev.oneport.identity;

import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A token taken apart and not yet believed: a JWS in compact form (RFC 7515 section 3.1) with JSON
 * objects in it.
 */
final class Token {
  /** Json itself would look for its provider in every jar again, each time. */
  private static final JsonProvider JSON = JsonProvider.provider();

  /** What Google's front end puts in place of a signature that it has checked. */
  private static final String REMOVED = "SIGNATURE_REMOVED_BY_GOOGLE";

  /** The furthest time that is taken as a date; beyond it arithmetic on instants may overflow. */
  private static final long MAX_SECOND = 253_402_300_799L;

  private final String text;
  private final String signature;
  private final JsonObject header;
  private final JsonObject claims;

  private Token(String text, String signature, JsonObject header, JsonObject claims) {
    this.text = text;
    this.signature = signature;
    this.header = header;
    this.claims = claims;
  }

  /** Takes a token apart; empty if it is not one in form. */
  static Optional<Token> parse(String text) {
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (first <= 0 || second <= first + 1 || text.indexOf('.', second + 1) >= 0) {
      return Optional.empty();
    }
    try {
      var header = object(text.substring(0, first));
      var claims = object(text.substring(first + 1, second));
      return Optional.of(new Token(text, text.substring(second + 1), header, claims));
    } catch (IllegalArgumentException | CharacterCodingException | JsonException e) {
      return Optional.empty();
    }
  }

  String text() {
    return text;
  }

  boolean signatureRemoved() {
    return signature.equals(REMOVED);
  }

  /** A header parameter that is a text. */
  Optional<String> header(String name) {
    return header.get(name) instanceof JsonString value
        ? Optional.of(value.getString())
        : Optional.empty();
  }

  /** A claim that is a text. */
  Optional<String> claim(String name) {
    return claims.get(name) instanceof JsonString value
        ? Optional.of(value.getString())
        : Optional.empty();
  }

  /** A claim that is a text or a list of texts. */
  List<String> list(String name) {
    return switch (claims.get(name)) {
      case JsonString one -> List.of(one.getString());
      case JsonArray many -> strings(many);
      case null, default -> List.of();
    };
  }

  boolean isTrue(String name) {
    return JsonValue.TRUE.equals(claims.get(name))
        || claim(name).filter("true"::equals).isPresent();
  }

  boolean has(String name) {
    return claims.containsKey(name);
  }

  /**
   * A time claim (NumericDate, RFC 7519 section 2); empty if it is absent or not a sensible number.
   */
  Optional<Instant> time(String name) {
    if (!(claims.get(name) instanceof JsonNumber number)) {
      return Optional.empty();
    }
    double seconds = number.doubleValue();
    if (!(seconds >= 0 && seconds <= MAX_SECOND)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.ofEpochMilli((long) (seconds * 1000)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static JsonObject object(String base64) throws CharacterCodingException {
    var bytes = Base64.getUrlDecoder().decode(base64);
    var json = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    try (var reader = JSON.createReader(new StringReader(json))) {
      return reader.readObject();
    }
  }

  private static List<String> strings(JsonArray array) {
    var strings = new ArrayList<String>(array.size());
    for (var item : array) {
      if (item instanceof JsonString text) {
        strings.add(text.getString());
      }
    }
    return strings;
  }
}
