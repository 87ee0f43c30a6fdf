package dev.oneport.transport.http2.client;

import dev.oneport.transport.http2.flow.Floods;
import java.time.Duration;

/**
 * What the connections to one server may cost, in bytes, and how long things may take on them.
 *
 * @param maxConnections how many connections there are at most
 * @param maxStreams open streams of one connection, if the server does not allow fewer
 * @param maxHeaderListSize all fields of a response's head, or of its trailers (RFC 9113 section
 *     6.5.2)
 * @param streamWindow what the server may send on one stream before it is read
 * @param outboundBuffer what waits to be written before writers are held up
 * @param connect how long connecting may take, up to the server's SETTINGS
 * @param headers how long a header block may take to arrive
 * @param write how long the socket may take nothing
 * @param stall how long the server may leave a stream without window
 * @param keepAlive after how long without a frame a PING is sent while streams are open. Below five
 *     minutes gRPC's servers answer such PINGs with GOAWAY
 * @param keepAliveTimeout how long after that PING something must have come
 * @param idle how long a connection without streams is kept
 * @param floods what the server may send that costs it nothing
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
   * The window of a connection: as large as those of all its streams, so that streams that nobody
   * reads do not hold up the others.
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
