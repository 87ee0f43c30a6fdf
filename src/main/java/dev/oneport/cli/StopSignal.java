package dev.oneport.cli;

import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Receives the signals by which the platform stops the process, from its creation on. A shutdown
 * hook would not do: the exit code would be 143 whatever the hook does, and a clean stop must
 * return 0.
 *
 * <p>{@code SIGHUP} by convention means to reload the configuration. It is remembered until the
 * server can do so; by default it would end the process.
 */
public final class StopSignal {
  private final CompletableFuture<String> received = new CompletableFuture<>();
  private final Object hangups = new Object();
  private Runnable onHangup = () -> {};
  private boolean hangup;

  public StopSignal() {
    handle("TERM", received::complete);
    handle("INT", received::complete);
    handle("HUP", _ -> hangup());
  }

  /** Runs an action whenever the process gets {@code SIGHUP}, and at once if it already got one. */
  void onHangup(Runnable action) {
    synchronized (hangups) {
      onHangup = action;
      if (hangup) {
        action.run();
      }
    }
  }

  /** Completes with the name of the first signal. */
  CompletableFuture<String> received() {
    return received;
  }

  private void hangup() {
    synchronized (hangups) {
      hangup = true;
      onHangup.run();
    }
  }

  /**
   * Uses reflection, because javac's warning about {@code sun.misc.Signal} cannot be suppressed,
   * and Java has no other API for signals.
   */
  private static void handle(String name, Consumer<String> action) {
    try {
      var signal = Class.forName("sun.misc.Signal");
      var handler = Class.forName("sun.misc.SignalHandler");
      var proxy =
          Proxy.newProxyInstance(
              StopSignal.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, _, _) -> {
                action.accept("SIG" + name);
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java cannot handle signals", e);
    }
  }
}
