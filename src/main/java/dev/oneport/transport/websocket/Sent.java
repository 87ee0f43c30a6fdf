package dev.oneport.transport.websocket;

/**
 * The messages that a socket's listener has sent so far.
 *
 * @param bytes the bytes of the messages' payloads as sent, so compressed if they were
 */
public record Sent(long messages, long bytes) {}
