package dev.oneport.telemetry;

import dev.oneport.metrics.Metrics;
import dev.oneport.record.CallTracer;
import java.time.Duration;
import java.util.function.Supplier;

/** What leaves the process for a collector. A collector that fails costs no call. */
public interface Telemetry {
  /** Sends nothing. */
  Telemetry OFF =
      new Telemetry() {
        @Override
        public boolean on() {
          return false;
        }

        @Override
        public CallTracer tracer() {
          return CallTracer.NONE;
        }

        @Override
        public void export(Supplier<Metrics> metrics) {}

        @Override
        public void close(Duration longest) {}
      };

  /** Whether anything is sent. */
  boolean on();

  /** Begins the spans of calls. */
  CallTracer tracer();

  /** Sends these metrics from time to time, and adds those of the sending itself. */
  void export(Supplier<Metrics> metrics);

  /** Sends what waits, for this time at most, and ends. */
  void close(Duration longest);
}
