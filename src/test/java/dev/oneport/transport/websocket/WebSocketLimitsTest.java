package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WebSocketLimitsTest {
  @Test
  void defaultsAreThese() {
    var limits = WebSocketLimits.defaults();
    assertEquals(8_000, limits.maxOpen());
    assertEquals(1_048_576, limits.maxFrameBytes());
    assertEquals(1_048_576, limits.maxMessageBytes());
    assertEquals(1_073_741_824, limits.maxStreamBytes());
    assertEquals(Duration.ofSeconds(30), limits.sendTimeout());
    assertEquals(Duration.ofSeconds(5), limits.closeTimeout());
    assertEquals(Duration.ofSeconds(30), limits.pingInterval());
    assertEquals(2, limits.missedPings());
    assertEquals(new Origins.Same(), limits.origins());
    assertEquals(new Compression(false, 0), limits.compression());
  }

  @Test
  void compressionThatIsOnSparesSmallMessages() {
    assertEquals(new Compression(true, 256), Compression.on());
  }

  @Test
  void aLimitOfNothingIsRefused() {
    var second = Duration.ofSeconds(1);
    var same = new Origins.Same();
    var off = Compression.off();
    assertThrows(
        IllegalArgumentException.class,
        () -> new WebSocketLimits(0, 1, 1, 1, second, second, second, 1, same, off));
    assertThrows(
        IllegalArgumentException.class,
        () -> new WebSocketLimits(1, 1, 1, 1, Duration.ZERO, second, second, 1, same, off));
  }

  @Test
  void originsComeFromASetting() {
    assertEquals(new Origins.Same(), Origins.of(List.of()));
    assertEquals(new Origins.Any(), Origins.of(List.of("*")));
    var listed = Origins.of(List.of("https://Example.com", "http://localhost:3000"));
    assertTrue(listed.allow("https://example.com", "other.example"));
    assertTrue(listed.allow("http://LOCALHOST:3000", "other.example"));
    assertFalse(listed.allow("http://example.com", "example.com"));
  }

  @Test
  void theSameOriginIsTheSameSchemeHostAndPort() {
    var same = new Origins.Same();
    assertTrue(same.allow("https://a.example", "https://a.example"));
    assertTrue(same.allow("https://A.example:443", "https://a.example"));
    assertTrue(same.allow("http://a.example:8080", "http://a.example:8080"));
    assertTrue(same.allow("http://[::1]:8080", "http://[::1]:8080"));
    assertFalse(same.allow("https://a.example", "http://a.example"));
    assertFalse(same.allow("http://a.example", "https://a.example"));
    assertFalse(same.allow("http://a.example:443", "https://a.example"));
    assertFalse(same.allow("https://a.example:8443", "https://a.example"));
    assertFalse(same.allow("http://a.example", "http://b.example"));
    assertFalse(same.allow("null", "http://a.example"));
    assertFalse(same.allow("file://", ""));
    assertFalse(same.allow("", ""));
  }
}
