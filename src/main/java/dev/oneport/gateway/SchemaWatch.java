package dev.oneport.gateway;

import dev.oneport.gate.FailedCall;
import dev.oneport.gateway.ReflectionFailure.Kind;
import dev.oneport.schema.Schema;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the schema of one upstream: that of a file, or what the upstream's reflection last said,
 * which a thread asks for until there is an answer.
 */
final class SchemaWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.oneport");
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How often a method that the schema lacks makes the server ask again. */
  private static final long REFRESH_NANOS = Duration.ofSeconds(30).toNanos();

  private final GrpcUpstream upstream;
  private final GrpcConnections connections;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile SchemaSource source = SchemaSource.NONE;
  private volatile Predicate<String> wanted = _ -> false;
  private volatile Supplier<Map<String, String>> ownHeaders = Map::of;
  private volatile Optional<Schema> reflected = Optional.empty();
  private volatile boolean refused;
  private volatile boolean closed;

  // Guarded by the lock.
  private @Nullable Thread asking;
  private boolean again;
  private long asked;
  private String told = "";

  SchemaWatch(GrpcUpstream upstream, GrpcConnections connections) {
    this.upstream = upstream;
    this.connections = connections;
  }

  /**
   * Follows a configuration: uses its file, or asks the upstream again.
   *
   * @param services tells which services are forwarded
   * @param headers the headers that the upstream gets in nobody's name
   */
  void replace(
      SchemaSource now, Predicate<String> services, Supplier<Map<String, String>> headers) {
    ownHeaders = headers;
    wanted = services;
    source = now;
    if (asks()) {
      refused = false;
      start();
    } else {
      stop();
    }
  }

  private boolean asks() {
    var now = source;
    return now.file().isEmpty() && now.reflection();
  }

  /** The schema; empty if it is not known, or not yet. */
  Optional<Schema> schema() {
    return asks() ? reflected : source.file();
  }

  /** Whether the schema may become known without a change of the configuration. */
  boolean isPending() {
    return asks() && reflected.isEmpty() && !refused;
  }

  /** Asks again, because the schema lacks a method; not more often than every 30 seconds. */
  void refresh() {
    if (asks()) {
      lock.lock();
      try {
        if (asking == null && System.nanoTime() - asked > REFRESH_NANOS) {
          start();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void start() {
    lock.lock();
    try {
      asked = System.nanoTime();
      again = true;
      if (asking != null) {
        LockSupport.unpark(asking);
      } else if (!closed) {
        asking = Thread.ofVirtual().name("schema " + upstream.upstream().name()).start(this::run);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The thread ends after its question, which is bounded in time. */
  private void stop() {
    lock.lock();
    try {
      LockSupport.unpark(asking);
      asking = null;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    var pause = FIRST_PAUSE;
    while (begins()) {
      if (fetch()) {
        if (ends()) {
          return;
        }
      } else {
        LockSupport.parkNanos(this, pause.toNanos());
        var twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
      }
    }
  }

  private boolean begins() {
    lock.lock();
    try {
      again = false;
      return Thread.currentThread().equals(asking);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread, unless the configuration has changed meanwhile. */
  private boolean ends() {
    lock.lock();
    try {
      if (!again && Thread.currentThread().equals(asking)) {
        asking = null;
      }
      return !again;
    } finally {
      lock.unlock();
    }
  }

  /** Asks once; false if it should be asked again soon. */
  private boolean fetch() {
    try {
      var services = wanted;
      var found = Reflected.fetch(upstream, connections, ownHeaders.get(), services);
      reflected = Optional.of(found);
      refused = false;
      tell(
          Level.INFO,
          "its schema is known, by reflection; services that it describes: "
              + found.services().size());
      return true;
    } catch (ReflectionFailure e) {
      var lasting = e.kind() != Kind.PASSING;
      refused = lasting;
      tell(
          Level.INFO,
          lasting
              ? e.getMessage() + ", so its methods are not served as JSON; set descriptors"
              : e.getMessage() + "; its methods are served as JSON once its schema is known");
      return lasting;
    } catch (FailedCall e) {
      tell(Level.INFO, "it cannot be asked for its schema: " + e.getMessage());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Logs changes only. */
  private void tell(Level level, String what) {
    lock.lock();
    try {
      if (what.equals(told)) {
        return;
      }
      told = what;
    } finally {
      lock.unlock();
    }
    LOG.log(level, "upstream {0}: {1}", upstream.upstream().name(), what);
  }

  @Override
  public void close() {
    closed = true;
    stop();
  }
}
