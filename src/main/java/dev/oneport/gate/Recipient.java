package dev.oneport.gate;

import dev.oneport.transport.ClientWatch;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.ExecutionException;

/** The client that gets a response; tells from failed writes whether it has disconnected. */
final class Recipient {
  private boolean answered;
  private boolean disconnected;

  /**
   * Content is about to be written. On HTTP/1.1 the system takes it from the server even if the
   * client is known to have left. (A client that asked for the head may leave once it has that.)
   */
  void writing() {
    disconnected |= ClientWatch.isGone();
  }

  /** Notes that the response has been sent. */
  void answered() {
    answered = !disconnected;
  }

  /** Whether the client disconnected before the response was sent. */
  boolean disconnected() {
    return disconnected && !answered;
  }

  /**
   * Whether a handler threw because the client disconnected: while it read or wrote, or because the
   * transport interrupted it. The causes of an exception do not tell: they look the same if another
   * connection of the handler broke.
   */
  boolean disconnected(Throwable thrown) {
    disconnected |=
        thrown instanceof CloseConnectionException
            || thrown instanceof ServerConnectionException
            || thrown instanceof InterruptedException
            || (thrown.getCause() instanceof InterruptedException
                && !(thrown instanceof ExecutionException));
    return disconnected;
  }

  /** Notes that a write failed, and returns its failure. */
  RuntimeException writeFailed(RuntimeException failure) {
    disconnected |= broken(failure);
    return failure;
  }

  /**
   * Whether the transport, or Helidon on HTTP/1.1, reports that the connection or stream has ended.
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
