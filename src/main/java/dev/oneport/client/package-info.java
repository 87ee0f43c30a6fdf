/**
 * The client: calls a server on HTTP, gRPC and WebSocket with one set of rules for what is tried
 * again. It knows the server by its wire only.
 *
 * <p>{@link dev.oneport.client.OnePortClient} is where to begin.
 */
@NullMarked
package dev.oneport.client;

import org.jspecify.annotations.NullMarked;
