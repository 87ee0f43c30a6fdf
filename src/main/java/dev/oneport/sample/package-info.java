/** The sample service: the same small thing over HTTP, gRPC and WebSocket. */
@NullMarked
package dev.oneport.sample;

import org.jspecify.annotations.NullMarked;
