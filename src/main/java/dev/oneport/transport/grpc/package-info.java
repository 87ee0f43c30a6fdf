/**
 * gRPC on HTTP/2 streams, as its protocol document specifies: finding a call's method, messages in
 * both directions with flow control, deadlines, and the end of a call.
 */
@NullMarked
package dev.oneport.transport.grpc;

import org.jspecify.annotations.NullMarked;
