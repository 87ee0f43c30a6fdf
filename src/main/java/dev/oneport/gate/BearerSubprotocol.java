package dev.oneport.gate;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.WritableHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The token of a browser, which cannot set headers on a WebSocket: it offers the application's own
 * subprotocol and, beside it, {@code base64url.bearer.authorization.oneport.dev.} followed by the
 * token in unpadded base64url, as with the Kubernetes API server. The server never selects the
 * subprotocol with the token.
 *
 * @param offered the subprotocols offered beside it
 * @param tokens the tokens found; undecoded if they could not be decoded
 */
record BearerSubprotocol(List<String> offered, List<String> tokens) {
  static final HeaderName SUBPROTOCOL = HeaderNames.create("Sec-WebSocket-Protocol");

  private static final String PREFIX = "base64url.bearer.authorization.oneport.dev.";

  static BearerSubprotocol in(Headers headers) {
    var offered = new ArrayList<String>();
    var tokens = new ArrayList<String>();
    for (var value : headers.all(SUBPROTOCOL, List::of)) {
      Arrays.stream(value.split(","))
          .map(String::strip)
          .forEach(
              name -> {
                if (name.startsWith(PREFIX)) {
                  tokens.add(decode(name.substring(PREFIX.length())));
                } else {
                  offered.add(name);
                }
              });
    }
    return new BearerSubprotocol(offered, tokens);
  }

  /** The request's headers as the application may see them: without the token's subprotocol. */
  Headers without(Headers headers) {
    if (tokens.isEmpty()) {
      return headers;
    }
    var others = WritableHeaders.create(headers);
    others.remove(SUBPROTOCOL);
    if (!offered.isEmpty()) {
      others.set(HeaderValues.create(SUBPROTOCOL, String.join(", ", offered)));
    }
    return others;
  }

  /**
   * The response's headers. A browser that offered subprotocols fails the connection if none is
   * selected, so the first one is selected if the application chose none.
   */
  Headers answer(Headers chosen) {
    if (tokens.isEmpty() || offered.isEmpty() || chosen.contains(SUBPROTOCOL)) {
      return chosen;
    }
    var answer = WritableHeaders.create(chosen);
    answer.set(HeaderValues.create(SUBPROTOCOL, offered.getFirst()));
    return answer;
  }

  private static String decode(String base64) {
    try {
      return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.US_ASCII);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
