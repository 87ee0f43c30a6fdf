package dev.oneport.cli;

import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Waits for the platform to ask for the end, from its making on. A shutdown hook would not do: the
 * process would end with 143 whatever the hook does, and a clean end is 0.
 *
 * <p>{@code SIGHUP}, which by custom asks for the configuration to be read again, is remembered
 * until there is somebody to do that; by default it would end the process.
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

  /** Does something whenever the process gets {@code SIGHUP}, and at once if it got one. */
  void onHangup(Runnable action) {
    synchronized (hangups) {
      onHangup = action;
      if (hangup) {
        action.run();
      }
    }
  }

  /** The name of the first signal, once it came. */
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
   * By reflection, because javac warns of {@code sun.misc.Signal} in a way that cannot be answered;
   * there is no other.
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
