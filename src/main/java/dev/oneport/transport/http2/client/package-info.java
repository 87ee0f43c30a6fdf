/**
 * The client's side of HTTP/2: connections to one server, opened as they are needed, and streams on
 * them. A server that breaks the rules loses its connection, and never more than that.
 */
@NullMarked
package dev.oneport.transport.http2.client;

import org.jspecify.annotations.NullMarked;
