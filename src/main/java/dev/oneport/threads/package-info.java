/** The threads that the server needs for as long as it runs, whatever handlers do. */
@NullMarked
package dev.oneport.threads;

import org.jspecify.annotations.NullMarked;
