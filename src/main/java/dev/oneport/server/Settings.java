package dev.oneport.server;

import dev.oneport.config.Section;
import java.time.Duration;
import java.util.Optional;

/**
 * How the port is served, as configured below {@code server}.
 *
 * @param port TCP port; 0 for any that is free
 * @param host the address to listen on; all of the machine's where it is not given
 * @param maxCallDuration how long a stream, a socket or a streamed response may last; zero for no
 *     bound
 * @param gracePeriod how long calls in flight may go on after the server was told to stop
 */
public record Settings(
    int port,
    Optional<String> host,
    Duration gracePeriod,
    Duration idleTimeout,
    Duration maxCallDuration,
    int maxHeaderSize,
    int maxBodySize,
    int maxGrpcMessageSize,
    int maxWebSocketFrameSize,
    int maxConcurrentStreams) {
  static final int PORT = 8080;
  static final Duration GRACE_PERIOD = Duration.ofSeconds(8);
  static final Duration IDLE_TIMEOUT = Duration.ofMinutes(15);
  static final int MAX_HEADER_SIZE = 32 << 10;
  static final int MAX_BODY_SIZE = 32 << 20;
  static final int MAX_GRPC_MESSAGE_SIZE = 4 << 20;
  static final int MAX_WEB_SOCKET_FRAME_SIZE = 1 << 20;
  static final int MAX_CONCURRENT_STREAMS = 1000;

  private static final int MAX_PORT = 65535;
  private static final int KIB = 1 << 10;
  private static final int GIB = 1 << 30;

  private static final String LOOPBACK = "127.0.0.1";

  /**
   * Reads the section and closes it.
   *
   * @param local whether to listen for this machine only where the file does not say for whom
   */
  static Settings read(Section section, boolean local) {
    try (section) {
      return new Settings(
          section.integer("port", PORT, 0, MAX_PORT),
          section.text("host").or(() -> local ? Optional.of(LOOPBACK) : Optional.empty()),
          section.duration("grace-period", GRACE_PERIOD, Duration.ZERO, Duration.ofHours(1)),
          section.duration("idle-timeout", IDLE_TIMEOUT, Duration.ofSeconds(1), Duration.ofDays(1)),
          section.duration("max-call-duration", Duration.ZERO, Duration.ZERO, Duration.ofDays(30)),
          section.bytes("max-header-size", MAX_HEADER_SIZE, KIB, GIB),
          section.bytes("max-body-size", MAX_BODY_SIZE, 0, GIB),
          section.bytes("max-grpc-message-size", MAX_GRPC_MESSAGE_SIZE, KIB, GIB),
          section.bytes("max-websocket-frame-size", MAX_WEB_SOCKET_FRAME_SIZE, KIB, GIB),
          section.integer("max-concurrent-streams", MAX_CONCURRENT_STREAMS, 1, Integer.MAX_VALUE));
    }
  }
}
