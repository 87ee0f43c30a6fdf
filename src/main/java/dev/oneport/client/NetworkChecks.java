package dev.oneport.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Checks whether the name resolves, and whether the address accepts connections. */
final class NetworkChecks {
  private static final int MILLION = 1_000_000;

  private final Endpoint endpoint;
  private final Duration timeout;

  NetworkChecks(Endpoint endpoint, Duration timeout) {
    this.endpoint = endpoint;
    this.timeout = timeout;
  }

  Finding dns() {
    try {
      return Finding.good(
          "dns",
          endpoint.host()
              + " is "
              + Arrays.stream(InetAddress.getAllByName(endpoint.host()))
                  .map(InetAddress::getHostAddress)
                  .collect(Collectors.joining(", ")));
    } catch (UnknownHostException e) {
      return Finding.wrong("dns", ConnectFailures.of(e));
    }
  }

  Finding tcp() {
    long began = System.nanoTime();
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(endpoint.host(), endpoint.port()),
          Math.toIntExact(timeout.toMillis()));
      return Finding.good(
          "tcp",
          "port "
              + endpoint.port()
              + " answers in "
              + (System.nanoTime() - began) / MILLION
              + " ms");
    } catch (IOException e) {
      return Finding.wrong("tcp", ConnectFailures.of(e));
    }
  }
}
