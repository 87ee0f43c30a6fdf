/**
 * HTTP/1.1 in the client's role (RFC 9112): for requests that are forwarded. Responses are read
 * strictly, because a response that two parties read differently mixes up their calls.
 */
@NullMarked
package dev.oneport.transport.http1.client;

import org.jspecify.annotations.NullMarked;
