package dev.oneport.gateway;

import java.util.Set;

/** Metadata that a client means for this server, whatever shape its calls have. */
final class OfClient {
  static final Set<String> NAMES =
      Set.of(
          "grpc-timeout",
          "host",
          "x-grpc-web",
          "connect-protocol-version",
          "connect-timeout-ms",
          "accept-encoding",
          "content-encoding",
          "expect",
          "trailer");

  /** Of messages that are decoded here. */
  static final Set<String> ENCODINGS = Set.of("grpc-accept-encoding", "grpc-encoding");

  private OfClient() {}
}
