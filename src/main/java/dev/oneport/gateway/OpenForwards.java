package dev.oneport.gateway;

import dev.oneport.threads.Background;
import dev.oneport.threads.OnDemand;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open forwarded gRPC calls; checks them periodically for upstreams that are too slow. */
final class OpenForwards {
  private static final Duration PERIOD = Duration.ofMillis(100);

  private final Set<ForwardedCall> calls = ConcurrentHashMap.newKeySet();
  private final OnDemand thread =
      new OnDemand("forwarded-calls", PERIOD, () -> !calls.isEmpty(), this::look);

  void add(ForwardedCall call) {
    calls.add(call);
    thread.wake();
  }

  void remove(ForwardedCall call) {
    calls.remove(call);
  }

  int size() {
    return calls.size();
  }

  private void look() {
    long now = System.nanoTime();
    for (var call : calls) {
      boolean _ = Background.attempt(() -> call.look(now));
    }
  }
}
