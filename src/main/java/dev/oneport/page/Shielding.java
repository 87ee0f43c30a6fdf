package dev.oneport.page;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/**
 * What browsers are told never to do with the page and its answers: a token is typed into it.
 * Everything comes from this origin, nothing is framed by another or shares a window with it, no
 * text becomes code, and nobody is told where a visitor came from.
 */
final class Shielding {
  private static final String POLICY =
      String.join(
          "; ",
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "connect-src 'self'",
          "img-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          "frame-ancestors 'none'",
          "require-trusted-types-for 'script'",
          "trusted-types 'none'");

  private static final List<Header> HEADERS =
      List.of(
          header("Content-Security-Policy", POLICY),
          header("X-Content-Type-Options", "nosniff"),
          header("Referrer-Policy", "no-referrer"),
          header("Cross-Origin-Opener-Policy", "same-origin"),
          header("Cross-Origin-Resource-Policy", "same-origin"));

  private Shielding() {}

  static void add(ServerResponse response) {
    HEADERS.forEach(response::header);
  }

  private static Header header(String name, String value) {
    return HeaderValues.createCached(HeaderNames.create(name), value);
  }
}
