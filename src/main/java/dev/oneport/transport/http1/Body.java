package dev.oneport.transport.http1;

import org.jspecify.annotations.Nullable;

/** What is left of the body of the request under way, told apart by its framing. */
sealed interface Body permits NoBody, FixedBody, ChunkedBody {
  /** True when the last byte of the body has been handed on. */
  boolean ended();

  /**
   * The next bytes of the body in the framing that the head announced; null when the client ended
   * the connection first. Blocks.
   */
  byte @Nullable [] next(Input input);
}
