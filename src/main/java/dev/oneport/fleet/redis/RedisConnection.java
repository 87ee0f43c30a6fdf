package dev.oneport.fleet.redis;

import dev.oneport.fleet.RedisSettings;
import dev.oneport.threads.Background;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connection to Redis. Its thread connects, asks several times a second whether Redis answers,
 * and replaces a connection that is lost or silent. A command that got no answer in time makes all
 * others fail at once, until Redis answers again: so a Redis that hangs delays few calls.
 */
final class RedisConnection implements AutoCloseable {
  private static final Duration BEAT = Duration.ofMillis(250);

  /** A connection that is silent for longer is replaced: packets may be lost on its way. */
  private static final Duration SILENCE = Duration.ofSeconds(2);

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final RedisSettings settings;
  private final RedisTrouble trouble;
  private final RedisDriver driver;
  private final Map<String, Consumer<byte[]>> channels = new ConcurrentHashMap<>();
  private final List<Runnable> onConnect = new CopyOnWriteArrayList<>();
  private volatile @Nullable RedisLink link;
  private volatile boolean answers;
  private volatile boolean closed;
  private volatile @Nullable Thread thread;

  /** Used by the thread alone. */
  private Duration pause = SHORTEST_PAUSE;

  private long lastAnswer;

  RedisConnection(RedisSettings settings) {
    this.settings = settings;
    this.trouble = new RedisTrouble(settings.place());
    this.driver = new RedisDriver(settings);
  }

  /**
   * Receives the messages of a channel; before {@link #start}.
   *
   * @param heard is run on the library's thread, and must not wait
   */
  void subscribe(String channel, Consumer<byte[]> heard) {
    channels.put(key(channel), heard);
  }

  /**
   * Does something each time that Redis is connected and subscribed to, because messages may have
   * been missed before; it must not wait. Before {@link #start}.
   */
  void onConnect(Runnable action) {
    onConnect.add(action);
  }

  /** Begins to connect; waits for nothing. */
  void start() {
    thread = Background.repeat("redis", this::round);
  }

  /** Whether Redis answers now. */
  boolean answers() {
    return answers;
  }

  /** The name of a key or channel, with the configured prefix. */
  String key(String name) {
    return settings.prefix() + name;
  }

  /** Where trouble is logged. */
  RedisTrouble trouble() {
    return trouble;
  }

  /**
   * Runs a command and waits for its result, for the configured time at most.
   *
   * @throws RedisFailure if Redis does not answer, or answers with an error
   */
  <T extends @Nullable Object> T call(
      Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command)
      throws RedisFailure {
    var result = begin(command);
    try {
      return result.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answers = false;
      result.cancel(false);
      throw failure(e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RedisFailure("interrupted");
    }
  }

  /**
   * Begins a command. Its result is there after the configured time at most, which may be a failure
   * of any type; {@link #failure} names it.
   */
  <T extends @Nullable Object> CompletableFuture<T> begin(
      Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
    var current = link;
    if (current == null || !answers) {
      return CompletableFuture.failedFuture(new RedisFailure("Redis does not answer"));
    }
    try {
      return command
          .apply(current.async())
          .whenComplete((_, thrown) -> noteTimeout(thrown))
          .toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(failure(e));
    }
  }

  private void noteTimeout(@Nullable Throwable thrown) {
    if (thrown instanceof RedisCommandTimeoutException) {
      answers = false;
    }
  }

  /** What to tell the operator. */
  RedisFailure failure(@Nullable Throwable thrown) {
    return switch (thrown) {
      case null -> new RedisFailure("Redis cannot be asked");
      case RedisFailure it -> it;
      case RedisCommandExecutionException it ->
          new RedisFailure("Redis refused it: " + RedisTrouble.text(it));
      case TimeoutException _, RedisCommandTimeoutException _ ->
          new RedisFailure("no answer from Redis within " + settings.timeout().toMillis() + " ms");
      default -> new RedisFailure("Redis cannot be asked: " + RedisTrouble.text(thrown));
    };
  }

  private boolean round() throws InterruptedException {
    var current = link;
    if (current == null) {
      connect();
    } else if (isAlive(current)) {
      rest(BEAT);
    } else {
      drop(current);
    }
    return !closed;
  }

  private void connect() throws InterruptedException {
    try {
      var fresh = driver.connect();
      try {
        subscribe(fresh);
      } catch (RedisFailure | InterruptedException e) {
        fresh.close();
        throw e;
      }
      lastAnswer = System.nanoTime();
      pause = SHORTEST_PAUSE;
      link = fresh;
      answers = true;
      if (closed) {
        drop(fresh);
        return;
      }
      trouble.answers();
      onConnect.forEach(Runnable::run);
    } catch (IOException | RuntimeException e) {
      report(e instanceof RedisFailure it ? it.getMessage() : RedisTrouble.text(e));
      rest(pause.plusMillis(ThreadLocalRandom.current().nextLong(1 + pause.toMillis())));
      var longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }
  }

  private void subscribe(RedisLink fresh) throws RedisFailure, InterruptedException {
    if (!channels.isEmpty()) {
      await(fresh.subscribe(this::heard, channels.keySet().toArray(String[]::new)));
    }
  }

  private void heard(String channel, byte[] message) {
    var listener = channels.get(channel);
    if (listener != null) {
      listener.accept(message);
    }
  }

  /** Whether to keep the connection, even if Redis does not answer on it now. */
  private boolean isAlive(RedisLink current) throws InterruptedException {
    try {
      await(current.ping());
      lastAnswer = System.nanoTime();
      answers = true;
      return true;
    } catch (RedisFailure e) {
      answers = false;
      report(e.getMessage());
      return current.isOpen() && System.nanoTime() - lastAnswer < SILENCE.toNanos();
    }
  }

  private void await(CompletableFuture<Void> asked) throws RedisFailure, InterruptedException {
    try {
      asked.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (TimeoutException e) {
      throw failure(e);
    }
  }

  private void report(@Nullable String what) {
    if (!closed) {
      trouble.report(String.valueOf(what));
    }
  }

  private void drop(RedisLink lost) {
    answers = false;
    link = null;
    lost.close();
  }

  private void rest(Duration time) {
    if (!closed) {
      LockSupport.parkNanos(this, time.toNanos());
    }
  }

  @Override
  public void close() {
    closed = true;
    var started = thread;
    if (started != null) {
      started.interrupt();
    }
    var last = link;
    if (last != null) {
      drop(last);
    }
    driver.close();
  }
}
