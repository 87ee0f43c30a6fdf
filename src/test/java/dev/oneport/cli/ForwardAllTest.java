package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.ServerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code serve --dev --to URL} guards what already runs. */
final class ForwardAllTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "http://a:1, HTTP=http://a:1 WS=http://a:1",
    "https://a, HTTP=https://a WS=https://a",
    "h2c://a:1, GRPC=h2c://a:1",
    "ws://a:1, WS=ws://a:1",
    "grpc=https://a, GRPC=https://a",
    "http=http://a, HTTP=http://a WS=http://a",
    "http://a ws=ws://b grpc=h2c://c, HTTP=http://a GRPC=h2c://c WS=ws://b"
  })
  void whatIsForwardedWhere(String options, String wanted) {
    var read = ForwardAll.parse(List.of(options.split(" ")));
    var urls = read.urls().entrySet().stream().map(it -> it.getKey() + "=" + it.getValue());
    assertEquals(wanted, String.join(" ", urls.toList()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "localhost:3000",
        "smtp=http://a",
        "http://a http://b",
        "http://a'b",
        "="
      })
  void whatIsNoUrl(String options) {
    assertThrows(
        IllegalArgumentException.class, () -> ForwardAll.parse(List.of(options.split(" "))));
  }

  @Test
  void everythingIsForwardedAndNothingIsOpen() throws Exception {
    try (var origin = Origin.echo();
        var process =
            ServerProcess.start(
                Map.of(), folder, "serve", "--dev", "--port", "0", "--to", origin.url())) {
      var port = process.port();
      assertEquals(401, RawHttp.get(port, "/").status());
      assertEquals(401, RawHttp.get(port, "/ping").status());
      assertEquals(List.of(), origin.requests());
      var bearer = process.awaitError("export ALLOWED=(\\S+)");
      var answer =
          RawHttp.send(
              port,
              "GET /x?y HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + bearer
                  + "\r\nConnection: close\r\n\r\n");
      assertEquals(200, answer.status(), answer.head());
      assertTrue(answer.body().startsWith("GET /x?y HTTP/1.1"), answer.body());
      assertTrue(process.err().contains("HTTP * /**   -> " + origin.url()), process.err());
    }
  }
}
