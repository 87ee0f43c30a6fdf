/**
 * A client of the sample service, and the checks of it: what {@code oneport call} calls and {@code
 * call doctor} examines where nothing else is asked for.
 */
@NullMarked
package dev.oneport.sample.tool;

import org.jspecify.annotations.NullMarked;
