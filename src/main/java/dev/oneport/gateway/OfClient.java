package dev.oneport.gateway;

import java.util.Set;

/** Metadata that is for this server and not for the upstream, on every gRPC protocol. */
final class OfClient {
  static final Set<String> NAMES =
      Set.of(
          "grpc-timeout",
          "host",
          "x-grpc-web",
          "connect-protocol-version",
          "connect-accept-encoding",
          "connect-content-encoding",
          "connect-timeout-ms",
          "accept-encoding",
          "content-encoding",
          "expect",
          "trailer");

  /** Metadata about the encoding of messages that this server decodes. */
  static final Set<String> ENCODINGS = Set.of("grpc-accept-encoding", "grpc-encoding");

  private OfClient() {}
}
