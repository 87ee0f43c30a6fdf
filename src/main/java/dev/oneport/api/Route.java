package dev.oneport.api;

/**
 * Something that can be called, created when a service mounts it. A handler and its route are bound
 * when the server starts, so rules apply to routes and no second parser reads the path of a
 * request.
 *
 * @param name {@code GET /ping} for HTTP, {@code Echo/Ping} for gRPC, {@code /ws} for WebSocket
 */
public record Route(Protocol protocol, String name) {
  /** The path of its requests; {@code /Echo/Ping} for gRPC. */
  public String path() {
    return switch (protocol) {
      case HTTP -> name.substring(name.indexOf(' ') + 1);
      case GRPC -> "/" + name;
      case WS -> name;
    };
  }

  // A record generates these methods on their first call, which would delay the start.

  @Override
  public boolean equals(Object other) {
    return other instanceof Route route && protocol == route.protocol && name.equals(route.name);
  }

  @Override
  public int hashCode() {
    return 31 * protocol.hashCode() + name.hashCode();
  }

  @Override
  public String toString() {
    return protocol + " " + name;
  }
}
