/**
 * The client: calls a server over HTTP, gRPC and WebSocket, with one set of rules for retries. It
 * depends on the server's protocols only, not on its code.
 *
 * <p>Start with {@link dev.oneport.client.OnePortClient}.
 */
@NullMarked
package dev.oneport.client;

import org.jspecify.annotations.NullMarked;
