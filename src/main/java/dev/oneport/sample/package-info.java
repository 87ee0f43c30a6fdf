/** The sample service: the same ping over HTTP, gRPC and WebSocket. */
@NullMarked
package dev.oneport.sample;

import org.jspecify.annotations.NullMarked;
