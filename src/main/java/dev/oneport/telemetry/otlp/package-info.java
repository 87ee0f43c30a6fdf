/**
 * Traces and metrics by OpenTelemetry's SDK and its protocol. Loaded only if telemetry is
 * configured; without it the libraries need not be there.
 */
@NullMarked
package dev.oneport.telemetry.otlp;

import org.jspecify.annotations.NullMarked;
