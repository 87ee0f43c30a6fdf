/**
 * gRPC methods for those who cannot speak gRPC: browsers by gRPC-Web, and anything that can send
 * JSON by the Connect protocol's unary shape. Plain HTTP requests, on HTTP/1.1 and HTTP/2 alike,
 * become calls of the same methods.
 */
@NullMarked
package dev.oneport.transport.connect;

import org.jspecify.annotations.NullMarked;
