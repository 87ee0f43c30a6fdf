/**
 * Strict HTTP/1.1, HTTP/2, gRPC and WebSocket beneath the handlers. Independent of callers and
 * policy.
 */
@NullMarked
package dev.oneport.transport;

import org.jspecify.annotations.NullMarked;
