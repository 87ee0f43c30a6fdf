package dev.oneport.transport.websocket;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of permessage-deflate that both sides agreed on (RFC 7692 section 7.1).
 *
 * @param serverTakeover whether our messages may refer to earlier ones
 * @param clientTakeover whether the client's may
 * @param windowBits how far back ours may refer, as a power of two
 */
record Deflate(boolean serverTakeover, boolean clientTakeover, int windowBits) {
  static final int MAX_WINDOW_BITS = 15;
  private static final int MIN_WINDOW_BITS = 8;
  private static final String NAME = "permessage-deflate";
  private static final String SERVER_NO_TAKEOVER = "server_no_context_takeover";
  private static final String CLIENT_NO_TAKEOVER = "client_no_context_takeover";
  private static final String SERVER_BITS = "server_max_window_bits";
  private static final String CLIENT_BITS = "client_max_window_bits";

  /** Accepts the first of the client's offers that can be; offers it cannot read are declined. */
  static Optional<Deflate> negotiate(List<String> headers, Compression setting) {
    if (!setting.enabled()) {
      return Optional.empty();
    }
    for (var header : headers) {
      for (var offer : header.split(",", -1)) {
        var accepted = accept(offer, setting);
        if (accepted.isPresent()) {
          return accepted;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Deflate> accept(String offer, Compression setting) {
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
    return Optional.of(of(parameters, setting));
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

  private static Deflate of(Map<String, String> parameters, Compression setting) {
    var bits = parameters.get(SERVER_BITS);
    return new Deflate(
        setting.contextTakeover() && !parameters.containsKey(SERVER_NO_TAKEOVER),
        setting.contextTakeover() && !parameters.containsKey(CLIENT_NO_TAKEOVER),
        bits == null ? MAX_WINDOW_BITS : Integer.parseInt(bits));
  }

  Deflate {
    if (windowBits < MIN_WINDOW_BITS || windowBits > MAX_WINDOW_BITS) {
      throw new IllegalArgumentException("windowBits must be 8 to 15: " + windowBits);
    }
  }

  /** The value of {@code Sec-WebSocket-Extensions} in the response. */
  String response() {
    var parts = new ArrayList<String>(List.of(NAME));
    if (!serverTakeover) {
      parts.add(SERVER_NO_TAKEOVER);
    }
    if (!clientTakeover) {
      parts.add(CLIENT_NO_TAKEOVER);
    }
    if (windowBits < MAX_WINDOW_BITS) {
      parts.add(SERVER_BITS + "=" + windowBits);
    }
    return String.join("; ", parts);
  }
}
