@NullMarked
package dev.oneport.telemetry.otlp;

import org.jspecify.annotations.NullMarked;
