/**
 * One gRPC call, whatever carries it: what its handler and its interceptors may do with it, whose
 * turn it is, its deadline, its context, and how it ends. A {@link
 * dev.oneport.transport.calls.Wire} carries it: native gRPC in {@code grpc}, gRPC-Web and Connect
 * in {@code web}.
 */
@NullMarked
package dev.oneport.transport.calls;

import org.jspecify.annotations.NullMarked;
