/**
 * TLS on a listener's connections: the handshake, and the socket that is read and written after it.
 */
@NullMarked
package dev.oneport.transport.tls;

import org.jspecify.annotations.NullMarked;
