package dev.oneport.server;

import dev.oneport.telemetry.Telemetry;
import dev.oneport.telemetry.TelemetrySettings;
import dev.oneport.telemetry.otlp.OtlpTelemetry;
import java.time.InstantSource;
import java.util.Optional;

/** Starts telemetry where it is configured; its classes are loaded by nothing else. */
final class ConfiguredTelemetry {
  private ConfiguredTelemetry() {}

  static Telemetry start(Optional<TelemetrySettings> settings, InstantSource wall) {
    if (settings.isEmpty()) {
      return Telemetry.OFF;
    }
    // Not as a method reference, which would load the class whether or not it is called.
    return OtlpTelemetry.start(settings.get(), wall);
  }
}
