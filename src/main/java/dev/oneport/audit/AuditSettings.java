package dev.oneport.audit;

import dev.oneport.config.Section;
import java.util.Optional;

/**
 * How calls are audited, below {@code audit}.
 *
 * @param sampleAllowed the share of allowed calls that is written, in percent; denied calls always
 *     are
 * @param queue how many records may wait to be written
 * @param overflow what happens to a record when the queue is full
 * @param project the Google Cloud project that traces are named after; found out on Cloud Run where
 *     it is not given
 */
public record AuditSettings(
    int sampleAllowed, int queue, Overflow overflow, Optional<String> project) {
  static final int SAMPLE_ALLOWED = 100;
  static final int QUEUE = 16_384;

  private static final int MAX_QUEUE = 1 << 22;

  /** What happens when records arrive faster than they can be written. */
  public enum Overflow {
    /** Records of allowed calls are dropped and counted; those of denied ones wait. */
    DROP_ALLOWED,
    /** Every record waits, and so does its call. */
    BLOCK
  }

  /** Reads the section and closes it. */
  public static AuditSettings read(Section section) {
    try (section) {
      return new AuditSettings(
          section.integer("sample-allowed", SAMPLE_ALLOWED, 0, 100),
          section.integer("queue", QUEUE, 1, MAX_QUEUE),
          section.choice("overflow", Overflow.DROP_ALLOWED),
          section.literal("project", "name one project"));
    }
  }
}
