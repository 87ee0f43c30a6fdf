/** The time of day, and a clock for durations. */
@NullMarked
package dev.oneport.time;

import org.jspecify.annotations.NullMarked;
