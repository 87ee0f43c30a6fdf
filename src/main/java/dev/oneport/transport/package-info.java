/**
 * What Helidon leaves open beneath the handlers: HTTP/2, gRPC and WebSocket to the letter. Knows
 * nothing of callers.
 */
@NullMarked
package dev.oneport.transport;

import org.jspecify.annotations.NullMarked;
