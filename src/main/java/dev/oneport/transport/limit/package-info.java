/** Limits for each client address: connections, calls, and wrong tokens. */
@NullMarked
package dev.oneport.transport.limit;

import org.jspecify.annotations.NullMarked;
