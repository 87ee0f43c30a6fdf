/**
 * The server's side of HTTP/2: connections, streams, flow control, rate limits, draining, and plain
 * HTTP requests through Helidon's routing.
 */
@NullMarked
package dev.oneport.transport.http2;

import org.jspecify.annotations.NullMarked;
