/** The server: what a service author sees, and how it is put together, started and stopped. */
@NullMarked
package dev.oneport.server;

import org.jspecify.annotations.NullMarked;
