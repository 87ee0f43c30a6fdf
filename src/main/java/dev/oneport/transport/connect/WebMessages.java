package dev.oneport.transport.connect;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The messages of a request, read from its body as they are wanted; each method waits for the
 * client and throws {@link dev.oneport.transport.calls.CallFailure} for what cannot be a message.
 */
interface WebMessages {
  /** Those of a request that is not read. */
  WebMessages NONE =
      new WebMessages() {
        @Override
        public Optional<InputStream> next() {
          return Optional.empty();
        }

        @Override
        public boolean atEnd() {
          return false;
        }
      };

  /** The next message; empty at the end. */
  Optional<InputStream> next() throws IOException;

  /** Whether there is no message left. */
  boolean atEnd() throws IOException;
}
