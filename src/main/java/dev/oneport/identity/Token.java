package dev.oneport.identity;

import dev.oneport.json.StrictJson;
import dev.oneport.json.StrictJson.MalformedJson;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
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
 * A token that is parsed but not verified: a JWS in compact form (RFC 7515 section 3.1) that holds
 * JSON objects.
 */
final class Token {
  private static final Base64.Encoder TO_BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** Google's front end replaces a signature that it has checked with this text. */
  private static final String REMOVED = "SIGNATURE_REMOVED_BY_GOOGLE";

  /** The latest accepted time; later ones could overflow in arithmetic. */
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

  /**
   * Parses a token.
   *
   * @throws MalformedToken if the text does not have the form of a token
   */
  static Token parse(String text) {
    return parse(text, false);
  }

  /** The same for a token that came in this header. */
  static Token parse(String text, Optional<String> header) {
    return parse(text, header.filter(LoadBalancerToken.HEADER::equals).isPresent());
  }

  private static Token parse(String text, boolean ofLoadBalancer) {
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (first <= 0 || second <= first + 1) {
      throw new MalformedToken("it is not a signed JWT");
    }
    if (text.indexOf('.', second + 1) >= 0) {
      throw new MalformedToken("it has more than three parts, as an encrypted JWT has");
    }
    if (ofLoadBalancer) {
      var header = object("header", LoadBalancerToken.unpadded(text.substring(0, first)));
      var claims = object("claims", LoadBalancerToken.unpadded(text.substring(first + 1, second)));
      var signature = LoadBalancerToken.unpadded(text.substring(second + 1));
      var _ = decode("signature", signature);
      return new Token(text, signature, header, LoadBalancerToken.claims(header, claims));
    }
    var signature = text.substring(second + 1);
    if (!signature.equals(REMOVED)) {
      var _ = decode("signature", signature);
    }
    return new Token(
        text,
        signature,
        object("header", text.substring(0, first)),
        object("claims", text.substring(first + 1, second)));
  }

  /** Claims that somebody else has verified. */
  static Token of(JsonObject claims) {
    return new Token("", "", JsonValue.EMPTY_JSON_OBJECT, claims);
  }

  String text() {
    return text;
  }

  /** Whether this key signed the token. */
  boolean signedBy(PlatformKey key) {
    var content = text.substring(0, text.lastIndexOf('.'));
    return key.signed(
        content.getBytes(StandardCharsets.US_ASCII), Base64.getUrlDecoder().decode(signature));
  }

  boolean signatureRemoved() {
    return signature.equals(REMOVED);
  }

  /** A header parameter that is a string. */
  Optional<String> header(String name) {
    return header.get(name) instanceof JsonString value
        ? Optional.of(value.getString())
        : Optional.empty();
  }

  boolean headerIsTrue(String name) {
    return JsonValue.TRUE.equals(header.get(name));
  }

  boolean hasHeader(String name) {
    return header.containsKey(name);
  }

  JsonObject claims() {
    return claims;
  }

  /** A claim that is a string. */
  Optional<String> claim(String name) {
    return claims.get(name) instanceof JsonString value
        ? Optional.of(value.getString())
        : Optional.empty();
  }

  /** A claim that is a string or a list of strings. */
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

  private static JsonObject object(String part, String base64) {
    try {
      var bytes = ByteBuffer.wrap(decode(part, base64));
      return StrictJson.object(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException _) {
      throw new MalformedToken("its " + part + " part is not UTF-8");
    } catch (MalformedJson e) {
      throw new MalformedToken("its " + part + " part " + e.getMessage());
    }
  }

  /**
   * Decodes base64url as RFC 7515 section 2 defines it, and refuses padding and unused bits that
   * are set: otherwise one token could have several encodings.
   */
  private static byte[] decode(String part, String base64) {
    try {
      var bytes = Base64.getUrlDecoder().decode(base64);
      if (TO_BASE64.encodeToString(bytes).equals(base64)) {
        return bytes;
      }
    } catch (IllegalArgumentException _) {
      // Characters outside the alphabet.
    }
    throw new MalformedToken("its " + part + " part is not base64url");
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
