package dev.oneport.transport.websocket;

/**
 * What a socket's listener has sent so far.
 *
 * @param bytes of the messages' payloads, as they went over the wire
 */
public record Sent(long messages, long bytes) {}
