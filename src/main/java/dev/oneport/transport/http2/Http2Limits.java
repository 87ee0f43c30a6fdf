package dev.oneport.transport.http2;

import dev.oneport.transport.http2.flow.Floods;
import dev.oneport.transport.http2.frames.Frame;
import java.time.Duration;

/**
 * Limits for one HTTP/2 connection. Sizes are in bytes.
 *
 * @param maxConcurrentStreams open and half-closed streams at once (RFC 9113 section 5.1.2);
 *     further streams are refused with REFUSED_STREAM, so that the client may safely repeat them
 * @param maxLingeringHandlers handlers that still run after their stream was answered or reset; at
 *     the limit, further requests of the connection wait until one of them ends
 * @param maxHeaderListSize all fields of a request, each with an overhead of 32 bytes (RFC 9113
 *     section 6.5.2); larger requests are answered with 431, or RESOURCE_EXHAUSTED on gRPC, and an
 *     endless header block ends the connection
 * @param streamWindow the bytes that a client may send on one stream before its handler has read
 *     any
 * @param connectionWindow the same limit for all streams of a connection together
 * @param outboundBuffer the bytes waiting to be written above which writers block
 * @param maxBufferedEntity the most bytes of an HTTP request that {@code ReadableEntity.buffer()}
 *     holds
 * @param minBodyRate the minimum bytes per second, averaged over the time that the server waited
 *     for the body, once that exceeds {@link Timeouts#body}; not for gRPC streams; 0 for no minimum
 * @param interruptOnCancel whether a handler's thread is interrupted when its client disconnects
 * @param floods limits on the rate of cheap frames
 * @param timeouts the time limits
 */
public record Http2Limits(
    int maxConcurrentStreams,
    int maxLingeringHandlers,
    int maxHeaderListSize,
    int streamWindow,
    int connectionWindow,
    int outboundBuffer,
    int maxBufferedEntity,
    int minBodyRate,
    boolean interruptOnCancel,
    Floods floods,
    Timeouts timeouts) {

  private static final Http2Limits DEFAULTS =
      new Http2Limits(
          1_000,
          1_000,
          32 << 10,
          256 << 10,
          4 << 20,
          64 << 10,
          64 << 10,
          240,
          true,
          Floods.defaults(),
          Timeouts.defaults());

  public Http2Limits {
    check(maxConcurrentStreams > 0, "max-concurrent-streams");
    check(maxLingeringHandlers > 0, "max-lingering-handlers");
    check(maxHeaderListSize >= 1024 && maxHeaderListSize <= 1 << 24, "max-header-list-size");
    check(streamWindow >= Frame.DEFAULT_WINDOW, "stream-window");
    check(connectionWindow >= streamWindow, "connection-window");
    check(outboundBuffer >= 1024, "outbound-buffer");
    check(maxBufferedEntity >= 0, "max-buffered-entity");
    check(minBodyRate >= 0, "min-body-rate");
  }

  /** Limits for a server that faces the internet. */
  public static Http2Limits defaults() {
    return DEFAULTS;
  }

  public Http2Limits withMaxConcurrentStreams(int streams) {
    return new Http2Limits(
        streams,
        maxLingeringHandlers,
        maxHeaderListSize,
        streamWindow,
        connectionWindow,
        outboundBuffer,
        maxBufferedEntity,
        minBodyRate,
        interruptOnCancel,
        floods,
        timeouts);
  }

  public Http2Limits withMaxLingeringHandlers(int handlers) {
    return new Http2Limits(
        maxConcurrentStreams,
        handlers,
        maxHeaderListSize,
        streamWindow,
        connectionWindow,
        outboundBuffer,
        maxBufferedEntity,
        minBodyRate,
        interruptOnCancel,
        floods,
        timeouts);
  }

  public Http2Limits withMaxHeaderListSize(int bytes) {
    return new Http2Limits(
        maxConcurrentStreams,
        maxLingeringHandlers,
        bytes,
        streamWindow,
        connectionWindow,
        outboundBuffer,
        maxBufferedEntity,
        minBodyRate,
        interruptOnCancel,
        floods,
        timeouts);
  }

  public Http2Limits withWindows(int stream, int connection) {
    return new Http2Limits(
        maxConcurrentStreams,
        maxLingeringHandlers,
        maxHeaderListSize,
        stream,
        connection,
        outboundBuffer,
        maxBufferedEntity,
        minBodyRate,
        interruptOnCancel,
        floods,
        timeouts);
  }

  public Http2Limits withInterruptOnCancel(boolean interrupt) {
    return new Http2Limits(
        maxConcurrentStreams,
        maxLingeringHandlers,
        maxHeaderListSize,
        streamWindow,
        connectionWindow,
        outboundBuffer,
        maxBufferedEntity,
        minBodyRate,
        interrupt,
        floods,
        timeouts);
  }

  public Http2Limits withFloods(Floods limits) {
    return new Http2Limits(
        maxConcurrentStreams,
        maxLingeringHandlers,
        maxHeaderListSize,
        streamWindow,
        connectionWindow,
        outboundBuffer,
        maxBufferedEntity,
        minBodyRate,
        interruptOnCancel,
        limits,
        timeouts);
  }

  public Http2Limits withTimeouts(Timeouts limits) {
    return new Http2Limits(
        maxConcurrentStreams,
        maxLingeringHandlers,
        maxHeaderListSize,
        streamWindow,
        connectionWindow,
        outboundBuffer,
        maxBufferedEntity,
        minBodyRate,
        interruptOnCancel,
        floods,
        limits);
  }

  static void check(boolean holds, String key) {
    if (!holds) {
      throw new IllegalArgumentException("out of range: " + key);
    }
  }

  static void checkNotNegative(Duration duration, String key) {
    check(!duration.isNegative(), key);
  }
}
