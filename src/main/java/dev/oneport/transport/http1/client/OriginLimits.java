package dev.oneport.transport.http1.client;

import java.time.Duration;

/**
 * What a server may use.
 *
 * @param connect time until it accepts a connection, TLS included
 * @param firstByte time from the request, or its last part, to the first byte of a response
 * @param idle time between two parts of a response, and until it takes the next part of a request
 * @param keepAlive time that a connection is kept for the next request
 * @param maxHeadBytes the size of a response's head, and of its trailers
 */
public record OriginLimits(
    Duration connect, Duration firstByte, Duration idle, Duration keepAlive, int maxHeadBytes) {}
