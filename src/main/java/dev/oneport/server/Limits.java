package dev.oneport.server;

import dev.oneport.config.Section;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.connect.WebLimits;
import dev.oneport.transport.http1.Http1Limits;
import dev.oneport.transport.http2.Http2Limits;
import dev.oneport.transport.http2.Timeouts;
import dev.oneport.transport.http2.flow.Floods;
import dev.oneport.transport.websocket.Compression;
import dev.oneport.transport.websocket.Origins;
import dev.oneport.transport.websocket.WebSocketLimits;
import java.time.Duration;

/**
 * Limits on what clients may use, per protocol. The defaults are those of the transports, except
 * for settings that all protocols share.
 *
 * @param maxBodySize bytes of an HTTP request's body, on HTTP/1.1 and HTTP/2
 * @param maxRequestMemory bytes of all requests in flight: bodies that handlers read, and messages;
 *     the same amount again for bytes that arrived on HTTP/2 and have not been read
 * @param requestMemoryWait how long a call waits for request memory before it is refused
 * @param maxConnections connections open at once; further ones wait to be accepted
 * @param maxCalls calls in flight at once, on all protocols together; further ones are refused
 * @param idleTimeout the time after which a connection without a call is closed
 */
public record Limits(
    int maxBodySize,
    int maxRequestMemory,
    Duration requestMemoryWait,
    int maxConnections,
    int maxCalls,
    Duration idleTimeout,
    Http1Limits http1,
    Http2Limits http2,
    GrpcLimits grpc,
    WebLimits web,
    WebSocketLimits webSocket) {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final int GIB = 1 << 30;
  private static final int MANY = 100_000_000;
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(30);

  /** Limits that all protocols share. */
  private record Shared(int headerSize, Duration header, Duration body, Duration write) {
    static Shared read(Section section) {
      var http1 = Http1Limits.defaults();
      return new Shared(
          section.bytes("max-header-size", http1.maxHeadBytes(), KIB, 16 * MIB),
          section.duration("header-timeout", http1.headTimeout(), SHORTEST, LONGEST),
          section.duration("body-timeout", http1.bodyTimeout(), SHORTEST, LONGEST),
          section.duration("write-timeout", http1.writeTimeout(), SHORTEST, LONGEST));
    }
  }

  /** Reads the keys below {@code server}. */
  static Limits read(Section section) {
    // Keys of version 0.1.
    section.retired("max-grpc-message-size", "server.grpc.max-message-size");
    section.retired("max-websocket-frame-size", "server.websocket.max-frame-size");
    section.retired("max-concurrent-streams", "server.http2.max-concurrent-streams");
    var shared = Shared.read(section);
    var idle =
        section.duration("idle-timeout", Duration.ofMinutes(15), Duration.ofSeconds(1), LONGEST);
    return new Limits(
        section.bytes("max-body-size", 32 * MIB, 0, GIB),
        section.bytes("max-request-memory", shareOfHeap(), MIB, Integer.MAX_VALUE),
        section.duration("request-memory-wait", Duration.ofSeconds(5), SHORTEST, LONGEST),
        section.integer("max-connections", 16_384, 1, MANY),
        section.integer("max-concurrent-calls", 10_000, 1, MANY),
        idle,
        http1(section.section("http1"), shared, idle),
        http2(section.section("http2"), shared),
        grpc(section.section("grpc")),
        web(section.section("web")),
        webSocket(section.section("websocket"), shared));
  }

  /**
   * An eighth of the heap: objects parsed from the bytes, such as messages, need several times as
   * much.
   */
  private static int shareOfHeap() {
    return Math.clamp(Runtime.getRuntime().maxMemory() / 8, MIB, Integer.MAX_VALUE);
  }

  /** The memory budget of these limits. */
  RequestMemory requestMemory() {
    return new RequestMemory(maxRequestMemory, requestMemoryWait);
  }

  private static Http1Limits http1(Section section, Shared shared, Duration idle) {
    var defaults = Http1Limits.defaults();
    try (section) {
      return new Http1Limits(
          section.bytes(
              "max-request-line",
              Math.min(defaults.maxRequestLineBytes(), shared.headerSize()),
              16,
              shared.headerSize()),
          shared.headerSize(),
          section.integer("max-headers", defaults.maxHeaders(), 1, MANY),
          section.duration("first-byte-timeout", defaults.firstByteTimeout(), SHORTEST, LONGEST),
          shared.header(),
          shared.body(),
          section.bytes("min-body-rate", defaults.minBodyRate(), 0, GIB),
          shared.write(),
          idle,
          section.duration("linger-timeout", defaults.lingerTimeout(), SHORTEST, LONGEST));
    }
  }

  private static Http2Limits http2(Section section, Shared shared) {
    var defaults = Http2Limits.defaults();
    try (section) {
      int stream = section.bytes("stream-window", defaults.streamWindow(), 64 * KIB, GIB);
      return new Http2Limits(
          section.integer("max-concurrent-streams", defaults.maxConcurrentStreams(), 1, MANY),
          section.integer("max-lingering-handlers", defaults.maxLingeringHandlers(), 1, MANY),
          shared.headerSize(),
          stream,
          section.bytes(
              "connection-window", Math.max(stream, defaults.connectionWindow()), stream, GIB),
          section.bytes("outbound-buffer", defaults.outboundBuffer(), KIB, GIB),
          section.bytes("max-buffered-entity", defaults.maxBufferedEntity(), 0, GIB),
          section.bytes("min-body-rate", defaults.minBodyRate(), 0, GIB),
          defaults.interruptOnCancel(),
          floods(section.section("floods")),
          timeouts(section, shared));
    }
  }

  private static Timeouts timeouts(Section section, Shared shared) {
    var defaults = Timeouts.defaults();
    var interval =
        section.duration(
            "keep-alive-interval", defaults.keepAliveInterval(), Duration.ZERO, LONGEST);
    var age = section.duration("max-age", defaults.maxAge(), Duration.ZERO, LONGEST);
    section.warnIf(interval.isZero(), "keep-alive-timeout", "keep-alive-interval is 0s");
    section.warnIf(age.isZero(), "max-age-grace", "max-age is 0s");
    return new Timeouts(
        shared.header(),
        shared.header(),
        shared.body(),
        shared.write(),
        section.duration("stall-timeout", defaults.stall(), SHORTEST, LONGEST),
        defaults.drain(),
        section.duration("linger-timeout", defaults.linger(), SHORTEST, LONGEST),
        interval,
        section.duration("keep-alive-timeout", defaults.keepAliveTimeout(), SHORTEST, LONGEST),
        age,
        section.duration("max-age-grace", defaults.maxAgeGrace(), Duration.ZERO, LONGEST));
  }

  private static Floods floods(Section section) {
    var defaults = Floods.defaults();
    try (section) {
      return new Floods(
          section.duration("per", defaults.per(), SHORTEST, LONGEST),
          section.integer("resets", defaults.resets(), 1, MANY),
          section.integer("refused", defaults.refused(), 1, MANY),
          section.integer("pings", defaults.pings(), 1, MANY),
          section.integer("settings", defaults.settings(), 1, MANY),
          section.integer("empty-data", defaults.emptyData(), 1, MANY),
          section.integer("window-updates", defaults.windowUpdates(), 1, MANY),
          section.integer("other", defaults.other(), 1, MANY));
    }
  }

  private static GrpcLimits grpc(Section section) {
    var defaults = GrpcLimits.defaults();
    try (section) {
      return new GrpcLimits(
          section.bytes("max-message-size", defaults.maxMessageSize(), 0, GIB),
          section.bytes("max-decompressed-size", defaults.maxDecompressedSize(), 0, GIB));
    }
  }

  private static WebLimits web(Section section) {
    try (section) {
      return new WebLimits(
          section.bytes("max-json-size", WebLimits.defaults().maxJsonSize(), 0, GIB));
    }
  }

  private static WebSocketLimits webSocket(Section section, Shared shared) {
    var defaults = WebSocketLimits.defaults();
    try (section) {
      var message = section.bytes("max-message-size", defaults.maxMessageBytes(), 1, GIB);
      var frame =
          section.bytes("max-frame-size", Math.max(defaults.maxFrameBytes(), message), 1, GIB);
      var interval =
          section.duration("ping-interval", defaults.pingInterval(), Duration.ZERO, LONGEST);
      section.warnIf(frame > message, "max-frame-size", "max-message-size is smaller");
      section.warnIf(interval.isZero(), "missed-pings", "ping-interval is 0s");
      return new WebSocketLimits(
          section.integer("max-open", defaults.maxOpen(), 1, MANY),
          frame,
          message,
          section.bytes("max-stream-size", (int) defaults.maxStreamBytes(), 1, GIB),
          shared.write(),
          section.duration("close-timeout", defaults.closeTimeout(), SHORTEST, LONGEST),
          interval,
          section.integer("missed-pings", defaults.missedPings(), 1, 100),
          origins(section),
          section.flag("compression", false) ? Compression.on() : Compression.off());
    }
  }

  private static Origins origins(Section section) {
    var origins = section.texts("origins");
    for (var origin : origins) {
      if (!Origins.isOrigin(origin)) {
        section.problem(
            "origins", "'" + origin + "' is not an origin such as https://app.example.com, or *");
      }
    }
    return Origins.of(origins);
  }
}
