@NullMarked
package dev.oneport.telemetry;

import org.jspecify.annotations.NullMarked;
