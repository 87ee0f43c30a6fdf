package dev.oneport.builtins;

import dev.oneport.threads.Background;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The clients that watch the health of a service. Each is sent its changes on a separate thread, so
 * that a client that does not read cannot delay the others.
 */
final class HealthWatches implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final Function<String, ServingStatus> statuses;
  private volatile boolean draining;
  private @Nullable Thread looking;

  /**
   * Creates an empty set.
   *
   * @param statuses returns the status of a service by its name
   */
  HealthWatches(Function<String, ServingStatus> statuses) {
    this.statuses = statuses;
  }

  /** Starts to check for changes. */
  void start() {
    looking = Background.repeat("health", this::look);
  }

  private boolean look() throws InterruptedException {
    LockSupport.parkNanos(this, PERIOD.toNanos());
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    tellAll();
    return true;
  }

  /** Sends the client the status of a service, and its changes. */
  void add(String name, StreamObserver<HealthCheckResponse> client) {
    var watch = new Watch(name, client);
    if (client instanceof ServerCallStreamObserver<HealthCheckResponse> call) {
      call.setOnCancelHandler(() -> watches.remove(watch));
    }
    watches.add(watch);
    watch.tell(statuses.apply(name));
  }

  /** Reports all services as not serving, as the last change. */
  void drain() {
    draining = true;
    tellAll();
  }

  private void tellAll() {
    watches.forEach(watch -> watch.tell(statuses.apply(watch.name)));
  }

  @Override
  public void close() {
    var thread = looking;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** One client's watch. It gets the latest status, and may miss intermediate ones. */
  private final class Watch {
    private final String name;
    private final StreamObserver<HealthCheckResponse> client;
    private final ReentrantLock lock = new ReentrantLock();
    private ServingStatus latest = ServingStatus.UNKNOWN;
    private ServingStatus sent = ServingStatus.UNKNOWN;
    private boolean sending;

    Watch(String name, StreamObserver<HealthCheckResponse> client) {
      this.name = name;
      this.client = client;
    }

    void tell(ServingStatus status) {
      lock.lock();
      try {
        // The status may have been read before the drain.
        latest = draining && status == ServingStatus.SERVING ? ServingStatus.NOT_SERVING : status;
        if (sending || latest == sent) {
          return;
        }
        sending = true;
      } finally {
        lock.unlock();
      }
      Thread.ofVirtual().name("health-watch").start(this::send);
    }

    private void send() {
      while (isDue()) {
        client.onNext(HealthCheckResponse.newBuilder().setStatus(sent).build());
      }
    }

    private boolean isDue() {
      lock.lock();
      try {
        sending = latest != sent;
        sent = latest;
        return sending;
      } finally {
        lock.unlock();
      }
    }
  }
}
