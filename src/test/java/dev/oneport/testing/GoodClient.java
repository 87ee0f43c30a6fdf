package dev.oneport.testing;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A well-behaved client: makes one call after another over gRPC and HTTP, until it is stopped.
 * {@code Echo/Ping} and {@code GET /ping} must be open to anyone.
 */
public final class GoodClient implements Runnable {
  private final int port;
  private final AtomicInteger answered = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  public GoodClient(int port) {
    this.port = port;
  }

  @Override
  public void run() {
    try (var grpc = new GrpcProbe(port, false)) {
      while (!over) {
        note("OK", grpc.call("Echo/Ping"));
        note("200", String.valueOf(RawHttp.get(port, "/ping").status()));
      }
    } catch (IOException e) {
      failures.add(e.toString());
    }
  }

  private void note(String wanted, String got) {
    if (wanted.equals(got)) {
      answered.incrementAndGet();
    } else {
      failures.add(got);
    }
  }

  /** Waits for that many more answers, because an attack may be over before the first one. */
  public void awaitMore(int calls) throws InterruptedException {
    int before = answered.get();
    while (answered.get() < before + calls && failures.isEmpty()) {
      Thread.sleep(5);
    }
  }

  public void stop() {
    over = true;
  }

  public int answered() {
    return answered.get();
  }

  /** The first few wrong answers. */
  public List<String> failures() {
    return failures.stream().limit(5).toList();
  }
}
