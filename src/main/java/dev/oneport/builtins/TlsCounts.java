package dev.oneport.builtins;

import java.time.Instant;

/** The listener's TLS, as far as it is measured. */
public interface TlsCounts {
  /** When the certificate in use expires. */
  Instant expiry();

  /** How many handshakes were completed. */
  long completed();

  /** How many connections ended without a handshake. */
  long failed();
}
