package dev.oneport.transport.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

/** Decides whether a request is a client's opening handshake (RFC 6455 section 4.2.1). */
final class Handshake {
  static final HeaderName KEY = HeaderNames.create("Sec-WebSocket-Key");
  static final HeaderName VERSION = HeaderNames.create("Sec-WebSocket-Version");
  static final HeaderName PROTOCOL = HeaderNames.create("Sec-WebSocket-Protocol");
  static final HeaderName EXTENSIONS = HeaderNames.create("Sec-WebSocket-Extensions");
  static final HeaderName ACCEPT = HeaderNames.create("Sec-WebSocket-Accept");

  private static final Status UPGRADE_REQUIRED = Status.create(426, "Upgrade Required");
  private static final Header VERSION_13 = HeaderValues.create(VERSION, "13");
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;

  /**
   * Looking up a digest creates a thread-local map, which would live as long as the socket's
   * thread.
   */
  private static final MessageDigest SHA_1 = sha1();

  private Handshake() {}

  /** Checks everything except the origin and returns the key; refuses with 400, 405 or 426. */
  static String key(HttpPrologue prologue, Headers headers) {
    if (!prologue.method().equals(Method.GET)) {
      throw refusal(Status.METHOD_NOT_ALLOWED_405, "a handshake is a GET")
          .header(HeaderValues.create(HeaderNames.ALLOW, "GET"))
          .build();
    }
    if (!elements(headers, HeaderNames.CONNECTION).stream()
        .anyMatch(option -> option.equalsIgnoreCase("upgrade"))) {
      throw refusal(Status.BAD_REQUEST_400, "the Connection header lacks upgrade").build();
    }
    if (!values(headers, VERSION).equals(List.of("13"))) {
      throw refusal(UPGRADE_REQUIRED, "the version spoken here is 13")
          .header(VERSION_13)
          .header(HeaderValues.create(HeaderNames.UPGRADE, "websocket"))
          .build();
    }
    var keys = values(headers, KEY);
    if (keys.size() != 1 || !isKey(keys.getFirst())) {
      throw refusal(Status.BAD_REQUEST_400, "there must be one Sec-WebSocket-Key, of 16 bytes")
          .build();
    }
    return keys.getFirst();
  }

  private static boolean isKey(String key) {
    try {
      return key.length() == 24 && Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** Whether the request comes from an allowed page, or from a client that is not a browser. */
  static boolean allowed(Headers headers, Origins origins, Supplier<String> own) {
    var sent = values(headers, HeaderNames.ORIGIN);
    return sent.isEmpty() || (sent.size() == 1 && origins.allow(sent.getFirst(), own.get()));
  }

  /** The default responses of refusals. */
  static RequestException refusal(RefusedUpgrade why) {
    return switch (why) {
      case ORIGIN ->
          RequestException.builder()
              .type(EventType.FORBIDDEN)
              .setKeepAlive(false)
              .message("pages of this origin may not open sockets here")
              .build();
      case FULL, DRAINING ->
          refusal(Status.SERVICE_UNAVAILABLE_503, "no more sockets can be opened now").build();
    };
  }

  /** The answer to a key (section 4.2.2). */
  static String accept(String key) {
    try {
      var sha1 = (MessageDigest) SHA_1.clone();
      return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(ISO_8859_1)));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  static RequestException.Builder refusal(Status status, String message) {
    return RequestException.builder()
        .type(EventType.BAD_REQUEST)
        .status(status)
        .setKeepAlive(false)
        .message(message);
  }

  /** All values of a header. */
  static List<String> values(Headers headers, HeaderName name) {
    return headers.all(name, List::of);
  }

  /** The elements of a header's lists. */
  static List<String> elements(Headers headers, HeaderName name) {
    var elements = new ArrayList<String>();
    for (var value : values(headers, name)) {
      for (var element : value.split(",", -1)) {
        elements.add(element.strip());
      }
    }
    return elements;
  }
}
