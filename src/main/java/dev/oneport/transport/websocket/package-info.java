/**
 * WebSocket as RFC 6455 has it: handshake, frames and sockets of our own beneath Helidon's {@code
 * WsRouting} and {@code WsListener}.
 */
@NullMarked
package dev.oneport.transport.websocket;

import org.jspecify.annotations.NullMarked;
