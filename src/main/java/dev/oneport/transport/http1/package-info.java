/**
 * HTTP/1.1 as RFC 9112 specifies it, in front of Helidon's own connection: input is read, checked
 * and bounded here before Helidon parses it.
 */
@NullMarked
package dev.oneport.transport.http1;

import org.jspecify.annotations.NullMarked;
