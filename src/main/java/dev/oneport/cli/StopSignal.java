package dev.oneport.cli;

import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Waits for the platform to ask for the end. A shutdown hook would not do: the process would end
 * with 143 whatever the hook does, and a clean end is 0.
 */
final class StopSignal {
  private final CompletableFuture<String> received = new CompletableFuture<>();

  StopSignal() {
    handle("TERM", received::complete);
    handle("INT", received::complete);
  }

  /**
   * Does something whenever the process gets {@code SIGHUP}, which by custom asks for the
   * configuration to be read again.
   */
  static void onHangup(Runnable action) {
    handle("HUP", _ -> action.run());
  }

  /** Blocks until a signal comes, and names it. */
  String await() throws InterruptedException {
    try {
      return received.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
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
