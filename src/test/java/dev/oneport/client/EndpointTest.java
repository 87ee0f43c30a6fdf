package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Server addresses as users write them. */
final class EndpointTest {
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "localhost:8080,           http://localhost:8080",
    "localhost,                http://localhost:8080",
    "LOCALHOST:1,              http://LOCALHOST:1",
    "echo.localhost:9,         http://echo.localhost:9",
    "127.0.0.1:8080,           http://127.0.0.1:8080",
    "127.1.2.3:8080,           http://127.1.2.3:8080",
    "[::1]:8080,               http://[::1]:8080",
    "echo.example.com,         https://echo.example.com",
    "echo.example.com:8443,    https://echo.example.com:8443",
    "127.0.0.1.example.com,    https://127.0.0.1.example.com",
    "10.0.0.1:8080,            https://10.0.0.1:8080",
    "[2001:db8::1]:8080,       https://[2001:db8::1]:8080",
    "https://echo.example.com, https://echo.example.com",
    "HTTPS://echo.example.com, https://echo.example.com",
    "https://localhost:8443/,  https://localhost:8443",
    "wss://echo.example.com,   https://echo.example.com",
    "http://echo.example.com,  http://echo.example.com",
    "ws://echo.example.com:1,  http://echo.example.com:1",
    "' localhost:1 ',          http://localhost:1"
  })
  void plaintextIsForLoopbackAndExplicitSchemes(String text, String url) {
    assertEquals(url, Endpoint.parse(text).toString());
  }

  @ParameterizedTest(name = "''{0}'' is none")
  @ValueSource(
      strings = {
        "",
        "http://",
        "ftp://x",
        "localhost:0",
        "localhost:65536",
        "localhost:http",
        "localhost:8080/ws",
        "https://echo.example.com/Echo/Ping",
        "https://echo.example.com?x=1",
        "https://echo.example.com#x",
        "https://user:secret@echo.example.com",
        "http s://x",
        "under_score:80",
        "a b:80"
      })
  void invalidAddressesAreRefusedInOneLine(String text) {
    var refused = assertThrows(InvalidInput.class, () -> Endpoint.parse(text));
    var message = String.valueOf(refused.getMessage());
    assertEquals(1, message.lines().count());
    assertEquals(false, message.contains("secret"));
  }

  @Test
  void theUrlsOfAPath() {
    var endpoint = Endpoint.parse("https://[::1]:8443");
    assertEquals("https://[::1]:8443/ping?a=b", endpoint.http("/ping?a=b").toString());
    assertEquals("wss://[::1]:8443/ws", endpoint.webSocket("/ws").toString());
    assertThrows(InvalidInput.class, () -> endpoint.http("ping"));
    assertThrows(InvalidInput.class, () -> endpoint.http("/a b"));
  }
}
