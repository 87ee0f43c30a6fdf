/** Deadlines of connections, on every protocol. */
@NullMarked
package dev.oneport.transport.time;

import org.jspecify.annotations.NullMarked;
