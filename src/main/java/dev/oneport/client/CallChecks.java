package dev.oneport.client;

import java.time.Duration;
import java.util.function.Consumer;

/** The {@link Doctor}'s checks of the calls of one service. */
public interface CallChecks {
  /** Makes checks. */
  @FunctionalInterface
  interface Factory {
    /**
     * The checks of a server.
     *
     * @param stranger a client without a token
     * @param client a client with the token, if there is one
     * @param hasToken whether there is one
     * @param timeout for each answer
     */
    CallChecks of(OnePortClient stranger, OnePortClient client, boolean hasToken, Duration timeout);
  }

  /** Examines gRPC calls of each kind. */
  void grpc(Consumer<Finding> found) throws InterruptedException;

  /** Examines a WebSocket. */
  Finding webSocket() throws InterruptedException;
}
