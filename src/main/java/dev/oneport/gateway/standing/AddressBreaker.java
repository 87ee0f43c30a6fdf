package dev.oneport.gateway.standing;

import io.helidon.config.Config;
import io.helidon.faulttolerance.CircuitBreaker;
import io.helidon.faulttolerance.CircuitBreakerOpenException;
import io.helidon.faulttolerance.FaultTolerance;
import java.util.concurrent.Executors;

/** A circuit breaker around connecting to one address, made when connecting first fails. */
final class AddressBreaker {
  private static final int ALL = 100;

  static {
    configure();
  }

  private final CircuitBreaker breaker;

  /** Without this the library reads {@code application.yaml} in its own way, and may fail. */
  @SuppressWarnings(
      "removal") // Its replacement is a registry of services, which nothing else needs.
  private static void configure() {
    FaultTolerance.config(Config.empty());
  }

  AddressBreaker(RetrySettings settings) {
    this.breaker =
        CircuitBreaker.builder()
            .volume(settings.breakerFailures())
            .errorRatio(ALL)
            .successThreshold(1)
            .delay(settings.breakerDelay())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /** Carries a checked exception through the library. */
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Exception failure;

    Failed(Exception failure) {
      super(null, failure, false, false);
      this.failure = failure;
    }

    Exception failure() {
      return failure;
    }
  }

  /** Thrown instead of connecting while the breaker is open. */
  static final class Open extends Exception {
    private static final long serialVersionUID = 1;

    Open() {
      super("the circuit breaker is open", null, false, false);
    }
  }

  /** Connects, or throws {@link Open}. */
  <T> T connect(AddressStanding.Connecting<T> connecting) throws Exception {
    try {
      return breaker.invoke(
          () -> {
            try {
              return connecting.connect();
            } catch (Exception e) {
              throw new Failed(e);
            }
          });
    } catch (CircuitBreakerOpenException _) {
      throw new Open();
    } catch (Failed e) {
      throw e.failure();
    }
  }

  boolean isOpen() {
    return breaker.state() == CircuitBreaker.State.OPEN;
  }
}
