/**
 * One gRPC call over any protocol: the API of its handler and interceptors, the order of its
 * events, its deadline, its context, and its end. A {@link dev.oneport.transport.calls.Wire}
 * carries it: native gRPC in {@code grpc}, gRPC-Web and Connect in {@code connect}.
 */
@NullMarked
package dev.oneport.transport.calls;

import org.jspecify.annotations.NullMarked;
