package dev.oneport.gateway;

import dev.oneport.api.Protocol;
import java.util.Arrays;
import java.util.Optional;

/** The protocol of the connections to an upstream. */
public enum Scheme {
  /** HTTP/1.1 and WebSocket, unencrypted. */
  HTTP("http", 80, false),
  /** HTTP/1.1, WebSocket, and gRPC over HTTP/2, with TLS. */
  HTTPS("https", 443, true),
  /** gRPC over HTTP/2, unencrypted, with prior knowledge. */
  H2C("h2c", 80, false);

  private final String text;
  private final int port;
  private final boolean tls;

  Scheme(String text, int port, boolean tls) {
    this.text = text;
    this.port = port;
    this.tls = tls;
  }

  /** The scheme of a URL; {@code ws} and {@code wss} mean {@code http} and {@code https}. */
  static Optional<Scheme> parse(String text) {
    var meant =
        switch (text) {
          case "ws" -> "http";
          case "wss" -> "https";
          default -> text;
        };
    return Arrays.stream(values()).filter(scheme -> scheme.text.equals(meant)).findFirst();
  }

  /** Whether calls of this protocol can be forwarded with it. */
  public boolean carries(Protocol protocol) {
    return switch (protocol) {
      case HTTP, WS -> this != H2C;
      case GRPC -> this != HTTP;
    };
  }

  int defaultPort() {
    return port;
  }

  public boolean tls() {
    return tls;
  }

  @Override
  public String toString() {
    return text;
  }
}
