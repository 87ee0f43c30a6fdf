package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way in which a port cannot be listened on has one line that says which it is. */
final class PortUnavailableTest {
  record Row(String host, IOException failure, String message) {}

  static Stream<Row> rows() {
    var taken = new BindException("Address already in use");
    var denied = new SocketException("Permission denied");
    return Stream.of(
        new Row(
            "0.0.0.0",
            taken,
            "cannot listen on port 80: another process does; choose another port with --port or"
                + " PORT (0 for any)"),
        new Row(
            "127.0.0.1",
            taken,
            "cannot listen on port 80 of 127.0.0.1: another process does; choose another port with"
                + " --port or PORT (0 for any)"),
        new Row(
            "0.0.0.0",
            denied,
            "cannot listen on port 80: this user may not open it; choose a port above 1023 with"
                + " --port or PORT"),
        new Row(
            "203.0.113.9",
            new BindException("Cannot assign requested address"),
            "cannot listen on 203.0.113.9: it is not an address of this machine"),
        new Row(
            "::1",
            taken,
            "cannot listen on port 80 of 0:0:0:0:0:0:0:1: another process does; choose another"
                + " port with --port or PORT (0 for any)"),
        new Row(
            "::1",
            new BindException("Cannot assign requested address"),
            "cannot listen on 0:0:0:0:0:0:0:1: it is not an address of this machine"),
        new Row(
            "::1",
            new SocketException("Protocol family unavailable"),
            "cannot listen on 0:0:0:0:0:0:0:1: this machine has no IPv6"),
        new Row(
            "127.0.0.1",
            new SocketException("Too many open files"),
            "cannot listen on port 80 of 127.0.0.1: Too many open files"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theMessageSaysWhy(Row row) {
    var address = new InetSocketAddress(row.host(), 80);
    assertEquals(row.message(), PortUnavailable.because(address, row.failure()).getMessage());
  }

  @Test
  void whatTheSystemSaysIsUnderstood() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
      assertEquals(
          PortUnavailable.because(address, new BindException("already in use")).getMessage(),
          assertThrows(PortUnavailable.class, () -> PortUnavailable.check(address)).getMessage());
    }
    var elsewhere = new InetSocketAddress("203.0.113.9", 0);
    assertEquals(
        "cannot listen on 203.0.113.9: it is not an address of this machine",
        assertThrows(PortUnavailable.class, () -> PortUnavailable.check(elsewhere)).getMessage());
  }
}
