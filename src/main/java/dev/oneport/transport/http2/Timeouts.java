package dev.oneport.transport.http2;

import java.time.Duration;

/**
 * How long things may take on an HTTP/2 connection. Checked every quarter of a second.
 *
 * @param preface from the connection's begin to the client's first SETTINGS
 * @param headers from a HEADERS frame to the end of its header block
 * @param body how long a request's body may pause while its handler waits for it; for a gRPC call
 *     with one message of the client's also how long that message, or its end, may take to go on
 * @param write how long the socket may take nothing; ends the connection
 * @param stall how long a client may leave a stream without flow-control window while its handler
 *     has something to send; ends the stream
 * @param drain how long a client may take to answer the PING that goes with the first GOAWAY
 * @param linger how long a finished connection waits for the client to close it
 * @param keepAliveInterval after how long without a frame a PING is sent; zero: never
 * @param keepAliveTimeout how long after that PING something must have come
 * @param maxAge how old a connection gets before it is drained; zero: any age
 * @param maxAgeGrace how long its streams may go on after that; zero: as long as they like
 */
public record Timeouts(
    Duration preface,
    Duration headers,
    Duration body,
    Duration write,
    Duration stall,
    Duration drain,
    Duration linger,
    Duration keepAliveInterval,
    Duration keepAliveTimeout,
    Duration maxAge,
    Duration maxAgeGrace) {

  public Timeouts {
    Http2Limits.check(preface.isPositive(), "timeouts.preface");
    Http2Limits.check(headers.isPositive(), "timeouts.headers");
    Http2Limits.check(body.isPositive(), "timeouts.body");
    Http2Limits.check(write.isPositive(), "timeouts.write");
    Http2Limits.check(stall.isPositive(), "timeouts.stall");
    Http2Limits.checkNotNegative(drain, "timeouts.drain");
    Http2Limits.checkNotNegative(linger, "timeouts.linger");
    Http2Limits.checkNotNegative(keepAliveInterval, "timeouts.keep-alive-interval");
    Http2Limits.check(keepAliveTimeout.isPositive(), "timeouts.keep-alive-timeout");
    Http2Limits.checkNotNegative(maxAge, "timeouts.max-age");
    Http2Limits.checkNotNegative(maxAgeGrace, "timeouts.max-age-grace");
  }

  public static Timeouts defaults() {
    return new Timeouts(
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ZERO,
        Duration.ofSeconds(20),
        Duration.ZERO,
        Duration.ZERO);
  }
}
