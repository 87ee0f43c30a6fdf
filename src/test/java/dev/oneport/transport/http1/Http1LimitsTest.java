package dev.oneport.transport.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class Http1LimitsTest {
  @Test
  void defaultsAreThese() {
    var limits = Http1Limits.defaults();
    assertEquals(8192, limits.maxRequestLineBytes());
    assertEquals(32_768, limits.maxHeadBytes());
    assertEquals(128, limits.maxHeaders());
    assertEquals(Duration.ofSeconds(30), limits.firstByteTimeout());
    assertEquals(Duration.ofSeconds(10), limits.headTimeout());
    assertEquals(Duration.ofSeconds(30), limits.bodyTimeout());
    assertEquals(240, limits.minBodyRate());
    assertEquals(Duration.ofSeconds(30), limits.writeTimeout());
    assertEquals(Duration.ofMinutes(11), limits.idleTimeout());
    assertEquals(Duration.ofSeconds(1), limits.lingerTimeout());
  }

  @Test
  void aTimeoutOfZeroIsRefused() {
    var second = Duration.ofSeconds(1);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Http1Limits(
                1024, 1024, 1, second, Duration.ZERO, second, 0, second, second, second));
  }

  @Test
  void aHeadSmallerThanItsFirstLineIsRefused() {
    var second = Duration.ofSeconds(1);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Http1Limits(1024, 1023, 1, second, second, second, 0, second, second, second));
  }
}
