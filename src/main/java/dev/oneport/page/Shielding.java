package dev.oneport.page;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/**
 * Headers that protect the page, because visitors type tokens into it. Everything is loaded from
 * this origin, no other page frames it or shares a window with it, no text becomes code, and no
 * referrer is sent.
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
