package dev.oneport.transport.http2.client;

import dev.oneport.transport.http2.flow.Floods;
import java.time.Duration;

/**
 * Limits for the connections to one server. Sizes are in bytes.
 *
 * @param maxConnections the most connections
 * @param maxStreams open streams of one connection, if the server does not allow fewer
 * @param maxHeaderListSize all fields of a response's head, or of its trailers (RFC 9113 section
 *     6.5.2)
 * @param streamWindow the bytes that the server may send on one stream before they are read
 * @param outboundBuffer the bytes waiting to be written above which writers block
 * @param connect how long connecting may take, up to the server's SETTINGS
 * @param headers how long a header block may take to arrive
 * @param write how long the socket may accept no bytes
 * @param stall how long the server may give a stream no window
 * @param keepAlive the time without a frame after which a PING is sent while streams are open. gRPC
 *     servers answer PINGs more frequent than every five minutes with GOAWAY
 * @param keepAliveTimeout how long after that PING bytes must have arrived
 * @param idle how long a connection without streams is kept
 * @param floods limits on the rate of cheap frames
 */
public record ClientLimits(
    int maxConnections,
    int maxStreams,
    int maxHeaderListSize,
    int streamWindow,
    int outboundBuffer,
    Duration connect,
    Duration headers,
    Duration write,
    Duration stall,
    Duration keepAlive,
    Duration keepAliveTimeout,
    Duration idle,
    Floods floods) {

  private static final ClientLimits DEFAULTS =
      new ClientLimits(
          16,
          128,
          32 << 10,
          256 << 10,
          64 << 10,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofSeconds(310),
          Duration.ofSeconds(20),
          Duration.ofMinutes(5),
          Floods.defaults());

  public static ClientLimits defaults() {
    return DEFAULTS;
  }

  /**
   * The window of a connection, as large as the windows of all its streams, so that unread streams
   * do not block the others.
   */
  int connectionWindow() {
    return (int) Math.min(Integer.MAX_VALUE, (long) maxStreams * streamWindow);
  }

  public ClientLimits withConnections(int connections, int streams) {
    return new ClientLimits(
        connections,
        streams,
        maxHeaderListSize,
        streamWindow,
        outboundBuffer,
        connect,
        headers,
        write,
        stall,
        keepAlive,
        keepAliveTimeout,
        idle,
        floods);
  }

  public ClientLimits withMaxHeaderListSize(int bytes) {
    return new ClientLimits(
        maxConnections,
        maxStreams,
        bytes,
        streamWindow,
        outboundBuffer,
        connect,
        headers,
        write,
        stall,
        keepAlive,
        keepAliveTimeout,
        idle,
        floods);
  }

  public ClientLimits withTimes(Duration connectTime, Duration headersTime, Duration idleTime) {
    return new ClientLimits(
        maxConnections,
        maxStreams,
        maxHeaderListSize,
        streamWindow,
        outboundBuffer,
        connectTime,
        headersTime,
        write,
        stall,
        keepAlive,
        keepAliveTimeout,
        idleTime,
        floods);
  }

  public ClientLimits withKeepAlive(Duration interval, Duration timeout) {
    return new ClientLimits(
        maxConnections,
        maxStreams,
        maxHeaderListSize,
        streamWindow,
        outboundBuffer,
        connect,
        headers,
        write,
        stall,
        interval,
        timeout,
        idle,
        floods);
  }
}
