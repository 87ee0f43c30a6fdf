package dev.oneport.transport.http1.client;

import java.time.Duration;

/**
 * Limits for a server.
 *
 * @param connect the time to open a connection, including TLS
 * @param firstByte the time from the end of the request to the first byte of a response
 * @param idle the time between two parts of a response, and until the server reads the next part of
 *     a request
 * @param keepAlive how long a connection is kept for the next request
 * @param maxHeadBytes the most bytes of a response's head, and of its trailers
 */
public record OriginLimits(
    Duration connect, Duration firstByte, Duration idle, Duration keepAlive, int maxHeadBytes) {}
