package dev.oneport.access;

/**
 * Something that can be called, made once when a service mounts it. Rules name routes; requests
 * never do: a handler and its route are bound when the server starts, so no second parser reads the
 * path of a request.
 *
 * @param name {@code GET /ping} for HTTP, {@code Echo/Ping} for gRPC, {@code /ws} for WebSocket
 */
public record Route(Protocol protocol, String name) {
  @Override
  public String toString() {
    return protocol + " " + name;
  }
}
