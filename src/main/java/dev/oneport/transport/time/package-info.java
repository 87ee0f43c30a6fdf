/** Deadlines of connections, whichever protocol they speak. */
@NullMarked
package dev.oneport.transport.time;

import org.jspecify.annotations.NullMarked;
