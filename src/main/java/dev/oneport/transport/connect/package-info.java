/**
 * gRPC methods for clients without gRPC: browsers with gRPC-Web, and clients that send JSON with
 * the Connect protocol's unary format. Plain HTTP requests, on HTTP/1.1 and HTTP/2 alike, become
 * calls of the same methods.
 */
@NullMarked
package dev.oneport.transport.connect;

import org.jspecify.annotations.NullMarked;
