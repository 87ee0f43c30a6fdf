package dev.oneport.gateway.idtoken;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The tokens for one audience. Concurrent calls share one fetch. In the last part of its life a
 * token is replaced in the background, while calls go on with it.
 */
final class IdTokenSource {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  /** How long a failure is remembered, so that calls do not wait for a server that is down. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final IdTokenSettings settings;
  private final MetadataServer server;
  private final InstantSource now;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable IdToken token;

  // Guarded by the lock.
  private @Nullable FutureTask<IdToken> fetch;
  private Instant failedAt = Instant.MIN;

  IdTokenSource(IdTokenSettings settings, MetadataServer server, InstantSource now) {
    this.settings = settings;
    this.server = server;
    this.now = now;
  }

  IdToken token() throws IOException, InterruptedException {
    var known = token;
    var at = now.instant();
    if (known != null && known.isUsable(at)) {
      if (known.isOld(at)) {
        renew(at);
      }
      return known;
    }
    try {
      return fetching(at).get();
    } catch (ExecutionException e) {
      throw new IOException("no ID token from the metadata server: " + message(e), e);
    }
  }

  private static String message(ExecutionException e) {
    return String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
  }

  /** Fetches a token in the background, unless that failed just now. */
  private void renew(Instant at) {
    lock.lock();
    try {
      if (at.isBefore(failedAt) || !at.isBefore(failedAt.plus(PAUSE))) {
        var _ = fetching(at);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The fetch that runs or has just failed, or a new one. */
  private FutureTask<IdToken> fetching(Instant at) {
    lock.lock();
    try {
      var running = fetch;
      var failedNow = !at.isBefore(failedAt) && at.isBefore(failedAt.plus(PAUSE));
      if (running != null && (!running.isDone() || failedNow)) {
        return running;
      }
      var started = new FutureTask<>(this::fetch);
      fetch = started;
      Thread.ofVirtual().name("id-token").start(started);
      return started;
    } finally {
      lock.unlock();
    }
  }

  private IdToken fetch() throws IOException, InterruptedException {
    try {
      var fetched =
          IdToken.read(server.fetch(settings.metadata(), settings.audience()), now.instant());
      token = fetched;
      return fetched;
    } catch (IOException e) {
      lock.lock();
      try {
        failedAt = now.instant();
      } finally {
        lock.unlock();
      }
      LOG.log(
          Level.WARNING,
          "no ID token for {0} from {1}: {2}",
          settings.audience(),
          settings.metadata(),
          e.getMessage());
      throw e;
    }
  }
}
