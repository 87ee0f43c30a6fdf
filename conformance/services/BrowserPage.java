package dev.oneport.conformance;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A page whose script calls the server on each protocol. */
final class BrowserPage {
  private BrowserPage() {}

  static void send(ServerResponse response) {
    try (var page = BrowserPage.class.getResourceAsStream("/browser.html")) {
      response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
      response.send(new String(page.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
