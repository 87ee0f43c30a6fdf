/** The PROXY protocol: a header in which a proxy names the client of a connection. */
@NullMarked
package dev.oneport.transport.proxy;

import org.jspecify.annotations.NullMarked;
