/**
 * WebSocket as RFC 6455 specifies it: handshake, frames and sockets for Helidon's {@code WsRouting}
 * and {@code WsListener}.
 */
@NullMarked
package dev.oneport.transport.websocket;

import org.jspecify.annotations.NullMarked;
