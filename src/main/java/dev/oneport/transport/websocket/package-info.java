/**
 * WebSocket as RFC 6455 specifies it: our own handshake, frames and sockets beneath Helidon's
 * {@code WsRouting} and {@code WsListener}.
 */
@NullMarked
package dev.oneport.transport.websocket;

import org.jspecify.annotations.NullMarked;
