/** Numbers about the running server, in the text format of Prometheus. */
@NullMarked
package dev.oneport.metrics;

import org.jspecify.annotations.NullMarked;
