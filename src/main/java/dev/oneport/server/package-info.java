/** The server: its builder, its assembly, start and stop. */
@NullMarked
package dev.oneport.server;

import org.jspecify.annotations.NullMarked;
