/** The threads that the server needs while it runs, independent of handlers. */
@NullMarked
package dev.oneport.threads;

import org.jspecify.annotations.NullMarked;
