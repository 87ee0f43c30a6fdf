package dev.oneport.builtins;

import java.time.Instant;
import java.util.Map;

/** The listener's TLS counts for the metrics. */
public interface TlsCounts {
  /** When the certificate in use expires. */
  Instant expiry();

  /** How many handshakes were completed. */
  long completed();

  /** How many connections ended without a handshake. */
  long failed();

  /** The same by the reason. */
  Map<String, Long> failures();
}
