/**
 * One HTTP/2 connection and all that may go wrong on it: frames, header compression, streams, flow
 * control both ways, limits per time, going away, and plain HTTP requests on Helidon's routing.
 */
@NullMarked
package dev.oneport.transport.http2;

import org.jspecify.annotations.NullMarked;
