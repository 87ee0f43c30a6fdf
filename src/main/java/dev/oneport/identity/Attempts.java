package dev.oneport.identity;

import java.time.Duration;
import java.util.Optional;

/** How many invalid tokens a client may still send. */
public interface Attempts {
  /** Any number. */
  Attempts UNLIMITED =
      new Attempts() {
        @Override
        public Optional<Duration> toWait() {
          return Optional.empty();
        }

        @Override
        public void failed() {}
      };

  /** How long no token of this client may be checked; empty if one may be. */
  Optional<Duration> toWait();

  /** A token of this client was checked and is invalid. */
  void failed();
}
