/** Traces and metrics that other systems read; the settings, and what the server knows of it. */
@NullMarked
package dev.oneport.telemetry;

import org.jspecify.annotations.NullMarked;
