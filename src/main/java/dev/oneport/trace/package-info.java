/** Where the work of a thread belongs in distributed traces. */
@NullMarked
package dev.oneport.trace;

import org.jspecify.annotations.NullMarked;
