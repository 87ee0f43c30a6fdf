package dev.oneport.transport.connect;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The messages of a request, read from its body on demand; each method waits for the client and
 * throws {@link dev.oneport.transport.calls.CallFailure} for an invalid message.
 */
interface WebMessages {
  /** The messages of a request that is not read. */
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
