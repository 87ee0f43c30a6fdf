/**
 * HTTP/1.1 as RFC 9112 has it, in front of Helidon's own connection: what a client sends is read,
 * checked and bounded here before Helidon parses it.
 */
@NullMarked
package dev.oneport.transport.http1;

import org.jspecify.annotations.NullMarked;
