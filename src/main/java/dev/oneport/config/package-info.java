/** Reads configuration: typed values, and all mistakes at once, each with its key path and line. */
@NullMarked
package dev.oneport.config;

import org.jspecify.annotations.NullMarked;
