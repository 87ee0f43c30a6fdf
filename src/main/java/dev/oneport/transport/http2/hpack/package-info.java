/** Header compression (RFC 7541), and the fields that it carries. */
@NullMarked
package dev.oneport.transport.http2.hpack;

import org.jspecify.annotations.NullMarked;
