package dev.oneport.fleet;

import java.time.Instant;

/**
 * Credentials that count no more.
 *
 * @param before those that were issued before this time; a credential that does not say when it was
 *     issued counts as issued before everything
 */
public record Revocation(Selector selector, Instant before) {
  /** The latest time; later ones could overflow in arithmetic. */
  public static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  /**
   * Checks the time.
   *
   * @throws IllegalArgumentException if it is not between 1970 and 9999
   */
  public Revocation {
    if (before.isBefore(Instant.EPOCH) || before.isAfter(LATEST)) {
      throw new IllegalArgumentException("before must be a time between 1970 and 9999");
    }
  }
}
