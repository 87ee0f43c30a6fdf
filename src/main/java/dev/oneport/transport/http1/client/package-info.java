/**
 * HTTP/1.1 as a client (RFC 9112), for forwarded requests. Responses are read strictly: if two
 * parties read a response differently, they could assign responses to the wrong calls.
 */
@NullMarked
package dev.oneport.transport.http1.client;

import org.jspecify.annotations.NullMarked;
