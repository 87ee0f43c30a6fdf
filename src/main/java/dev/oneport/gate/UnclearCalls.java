package dev.oneport.gate;

import dev.oneport.threads.Background;
import dev.oneport.threads.OnDemand;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open calls that may be streams; checks them four times a second while there are any. */
final class UnclearCalls {
  private static final Duration PERIOD = Duration.ofMillis(250);

  private final Set<StreamWatch> calls = ConcurrentHashMap.newKeySet();
  private final OnDemand thread =
      new OnDemand("unclear-calls", PERIOD, () -> !calls.isEmpty(), this::check);

  void add(StreamWatch call) {
    calls.add(call);
    thread.wake();
  }

  void remove(StreamWatch call) {
    calls.remove(call);
  }

  private void check() {
    long now = System.nanoTime();
    for (var call : calls) {
      boolean _ = Background.attempt(() -> call.check(now));
    }
  }
}
