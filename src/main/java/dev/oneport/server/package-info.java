/** The server: its builder, and how it is assembled, started and stopped. */
@NullMarked
package dev.oneport.server;

import org.jspecify.annotations.NullMarked;
