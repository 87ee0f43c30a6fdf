package dev.oneport.gate;

import dev.oneport.transport.ClientWatch;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.ExecutionException;

/** The client that a response is for, as far as writing to it shows whether it is still there. */
final class Recipient {
  private boolean answered;
  private boolean lost;

  /**
   * Content is about to be written. On HTTP/1.1 the system takes it from the server even if the
   * client is known to have left. (A client that asked for the head may leave once it has that.)
   */
  void writing() {
    lost |= ClientWatch.isGone();
  }

  /** The response has been sent. */
  void answered() {
    answered = !lost;
  }

  /** Whether the client left before it had been sent the response. */
  boolean lost() {
    return lost && !answered;
  }

  /**
   * Whether a handler threw because the client has left: it was reading or writing then, or the
   * transport interrupted it. What it threw for other reasons may look much the same further down,
   * as when a connection of its own broke.
   */
  boolean lost(Throwable thrown) {
    lost |=
        thrown instanceof CloseConnectionException
            || thrown instanceof ServerConnectionException
            || thrown instanceof InterruptedException
            || (thrown.getCause() instanceof InterruptedException
                && !(thrown instanceof ExecutionException));
    return lost;
  }

  /** Notes that a write failed, and returns its failure. */
  RuntimeException writeFailed(RuntimeException failure) {
    lost |= broken(failure);
    return failure;
  }

  /**
   * Whether the transport says, or on HTTP/1.1 Helidon, that the connection or stream has ended.
   */
  private static boolean broken(Throwable failure) {
    return switch (failure) {
      case CloseConnectionException _, SocketWriterException _ -> true;
      case UncheckedIOException io ->
          io.getCause() instanceof SocketException
              || io.getCause() instanceof SocketTimeoutException;
      default -> false;
    };
  }
}
