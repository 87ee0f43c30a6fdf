/** Metrics of the running server, in Prometheus's text format. */
@NullMarked
package dev.oneport.metrics;

import org.jspecify.annotations.NullMarked;
