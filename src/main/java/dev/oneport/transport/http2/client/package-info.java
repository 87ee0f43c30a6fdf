/**
 * The client's side of HTTP/2: connections to one server, opened when needed, and their streams. A
 * protocol violation by a server costs at most its connection.
 */
@NullMarked
package dev.oneport.transport.http2.client;

import org.jspecify.annotations.NullMarked;
