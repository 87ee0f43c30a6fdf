@NullMarked
package dev.oneport.metrics;

import org.jspecify.annotations.NullMarked;
