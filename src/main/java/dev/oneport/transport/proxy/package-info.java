/** The PROXY protocol: what a proxy says of a connection before the connection's own bytes. */
@NullMarked
package dev.oneport.transport.proxy;

import org.jspecify.annotations.NullMarked;
