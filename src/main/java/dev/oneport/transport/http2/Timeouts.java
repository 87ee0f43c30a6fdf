package dev.oneport.transport.http2;

import java.time.Duration;

/**
 * The time limits of an HTTP/2 connection, checked four times a second.
 *
 * @param preface from the start of the connection to the client's first SETTINGS
 * @param headers from a HEADERS frame to the end of its header block
 * @param body how long a request's body may pause while its handler waits for it; for a gRPC call
 *     with one request message also how long that message, or the half-close, may pause
 * @param write how long the socket may accept no bytes before the connection is closed
 * @param stall how long a client may give a stream no flow-control window while its handler wants
 *     to send, before the stream is reset
 * @param drain how long a client may take to answer the PING after the first GOAWAY
 * @param linger how long a finished connection waits for the client to close it
 * @param keepAliveInterval the time without a frame after which a PING is sent; zero for never
 * @param keepAliveTimeout how long after that PING bytes must have arrived
 * @param maxAge the age at which a connection is drained; zero for no limit
 * @param maxAgeGrace how long its streams may then continue; zero for no limit
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
