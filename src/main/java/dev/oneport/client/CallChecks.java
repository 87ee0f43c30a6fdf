package dev.oneport.client;

import java.time.Duration;
import java.util.function.Consumer;

/** The {@link Doctor}'s checks of one service's calls. */
public interface CallChecks {
  /** Creates the checks for a server. */
  @FunctionalInterface
  interface Factory {
    /**
     * The checks of a server.
     *
     * @param stranger a client without a token
     * @param client a client with the token, if there is one
     * @param hasToken whether a token is available
     * @param timeout for each answer
     */
    CallChecks of(OnePortClient stranger, OnePortClient client, boolean hasToken, Duration timeout);
  }

  /** Examines gRPC calls of each kind. */
  void grpc(Consumer<Finding> found) throws InterruptedException;

  /** Examines a WebSocket. */
  Finding webSocket() throws InterruptedException;
}
