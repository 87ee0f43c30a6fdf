/** TLS on a listener's connections: the handshake, and the socket after it. */
@NullMarked
package dev.oneport.transport.tls;

import org.jspecify.annotations.NullMarked;
