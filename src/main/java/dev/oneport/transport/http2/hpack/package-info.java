/** Header compression (RFC 7541) and header fields. */
@NullMarked
package dev.oneport.transport.http2.hpack;

import org.jspecify.annotations.NullMarked;
