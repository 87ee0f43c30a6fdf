package dev.oneport.transport.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The messages of a request, read from its body as they are wanted; each method waits for the
 * client and throws {@link dev.oneport.transport.grpc.CallFailure} for what cannot be a message.
 */
interface WebMessages {
  /** The next message; empty at the end. */
  Optional<InputStream> next() throws IOException;

  /** Whether there is no message left. */
  boolean atEnd() throws IOException;
}
