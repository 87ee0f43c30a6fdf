package dev.oneport.transport.websocket;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The negotiated parameters of permessage-deflate (RFC 7692 section 7.1). Messages are compressed
 * independently: a shared context would need 300 KB of memory for each open socket.
 *
 * @param askedBits the window for the server's messages that the client asked for, as a power of
 *     two; 0 if none
 */
record Deflate(int askedBits) {
  static final int MAX_WINDOW_BITS = 15;
  private static final String NAME = "permessage-deflate";
  private static final String SERVER_NO_TAKEOVER = "server_no_context_takeover";
  private static final String CLIENT_NO_TAKEOVER = "client_no_context_takeover";
  private static final String SERVER_BITS = "server_max_window_bits";
  private static final String CLIENT_BITS = "client_max_window_bits";

  /** Accepts the first acceptable offer of the client; malformed offers are declined. */
  static Optional<Deflate> negotiate(List<String> headers, Compression setting) {
    if (!setting.enabled()) {
      return Optional.empty();
    }
    for (var header : headers) {
      for (var offer : header.split(",", -1)) {
        var accepted = accept(offer);
        if (accepted.isPresent()) {
          return accepted;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Deflate> accept(String offer) {
    var parts = offer.split(";", -1);
    if (!parts[0].strip().toLowerCase(Locale.ROOT).equals(NAME)) {
      return Optional.empty();
    }
    var parameters = new HashMap<String, String>();
    for (var part : List.of(parts).subList(1, parts.length)) {
      var equals = part.indexOf('=');
      var name = (equals < 0 ? part : part.substring(0, equals)).strip();
      var value = equals < 0 ? "" : unquoted(part.substring(equals + 1).strip());
      if (!valid(name, value, equals >= 0) || parameters.put(name, value) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(new Deflate(Integer.parseInt(parameters.getOrDefault(SERVER_BITS, "0"))));
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }

  private static boolean valid(String name, String value, boolean hasValue) {
    return switch (name) {
      case SERVER_NO_TAKEOVER, CLIENT_NO_TAKEOVER -> !hasValue;
      case SERVER_BITS -> bits(value);
      case CLIENT_BITS -> !hasValue || bits(value);
      default -> false;
    };
  }

  private static boolean bits(String value) {
    return value.matches("[89]|1[0-5]");
  }

  /** The window for the server's messages, as a power of two. */
  int windowBits() {
    return askedBits == 0 ? MAX_WINDOW_BITS : askedBits;
  }

  /** The value of {@code Sec-WebSocket-Extensions} in the response. */
  String response() {
    var response = NAME + "; " + SERVER_NO_TAKEOVER + "; " + CLIENT_NO_TAKEOVER;
    // An offer with a window must be accepted with a window (section 7.1.2.1).
    return askedBits == 0 ? response : response + "; " + SERVER_BITS + "=" + askedBits;
  }
}
