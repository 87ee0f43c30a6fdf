package dev.oneport.transport.http1;

import dev.oneport.transport.HeaderLine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rest of the current request's body. */
sealed interface Body permits NoBody, FixedBody, ChunkedBody {
  /** Whether the last byte of the body has been passed on. */
  boolean ended();

  /**
   * Blocks for the next bytes of the body, in the framing that the head announced; null if the
   * client closed the connection first.
   */
  byte @Nullable [] next(Input input);

  /** The fields after it, once it has ended. */
  default List<HeaderLine> trailers() {
    return List.of();
  }
}
