/**
 * gRPC on HTTP/2 streams as its protocol document says: which method serves a call, messages both
 * ways with their flow control, deadlines, and how a call ends.
 */
@NullMarked
package dev.oneport.transport.grpc;

import org.jspecify.annotations.NullMarked;
