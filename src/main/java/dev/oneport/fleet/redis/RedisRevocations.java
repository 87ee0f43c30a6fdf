package dev.oneport.fleet.redis;

import dev.oneport.fleet.Lapse;
import dev.oneport.fleet.OneTime;
import dev.oneport.fleet.Revocation;
import dev.oneport.fleet.RevocationStore;
import dev.oneport.fleet.RevocationText;
import dev.oneport.fleet.Selector;
import dev.oneport.fleet.redis.RevocationScripts.Added;
import dev.oneport.threads.Background;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Revocations in Redis. A server hears of one by a message, and notices a message that it missed by
 * the counter, which it reads twice a second; it reads everything once a minute all the same, and
 * writes again what Redis has lost.
 */
final class RedisRevocations implements RevocationStore {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration WHOLE = Duration.ofMinutes(1);

  /** Between two times that everything is read, however many messages make no sense. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Messages that wait; if one more arrives, everything is read instead. */
  private static final int MOST_WAITING = 256;

  private static final int LARGEST = 2 << 20;
  private static final byte[] READ_ALL = {};

  private final RedisConnection connection;
  private final RevocationScripts scripts;
  private final Lapse lapse;
  private final InstantSource wall;
  private final BlockingQueue<byte[]> messages = new ArrayBlockingQueue<>(MOST_WAITING);
  private volatile boolean stale = true;
  private volatile @Nullable Thread thread;

  /** Used by the thread alone. */
  private String version = "";

  private long lastWhole = System.nanoTime() - WHOLE.toNanos();
  private String lastProblem = "";

  RedisRevocations(RedisConnection connection, Lapse lapse, InstantSource wall) {
    this.connection = connection;
    this.scripts = new RevocationScripts(connection, lapse);
    this.lapse = lapse;
    this.wall = wall;
  }

  @Override
  public String place() {
    return connection.trouble().place();
  }

  @Override
  public RevocationText content() throws IOException {
    return scripts.read().text();
  }

  @Override
  public void add(List<Revocation> revocations) throws IOException {
    var _ = withRoom(() -> scripts.add(revocations));
  }

  @Override
  public boolean addOnce(List<Revocation> revocations, OneTime message) throws IOException {
    var left = Duration.between(wall.instant(), message.until());
    var remembered = left.isNegative() ? Duration.ZERO : left;
    return withRoom(() -> scripts.addOnce(revocations, message.id(), remembered)) == Added.DONE;
  }

  /** Runs a script, and makes room if it finds none. */
  private Added withRoom(Script script) throws IOException {
    try {
      var added = script.run();
      if (added == Added.NO_ROOM) {
        removeRepeated();
        added = script.run();
      }
      if (added == Added.NO_ROOM) {
        throw new RedisFailure(
            "it holds " + RevocationText.MOST + " revocations that still count, which is all");
      }
      return added;
    } catch (RedisFailure e) {
      throw new RedisFailure(place() + ": " + e.getMessage());
    }
  }

  @FunctionalInterface
  private interface Script {
    Added run() throws IOException;
  }

  /** Makes room: of several for the same credentials only the newest counts. */
  private void removeRepeated() throws IOException {
    var all = content();
    var newest = RevocationText.newest(Map.of(), all.revocations());
    scripts.remove(
        all.lines().stream()
            .filter(it -> isBefore(it.revocation(), newest.get(it.revocation().selector())))
            .map(RevocationText.Line::text)
            .toList());
  }

  private static boolean isBefore(Revocation revocation, @Nullable Instant time) {
    return time != null && revocation.before().isBefore(time);
  }

  @Override
  public void watch(Heard heard, Supplier<List<Revocation>> known) {
    connection.subscribe(RevocationScripts.CHANNEL, this::enqueue);
    connection.onConnect(() -> enqueue(READ_ALL));
    thread = Background.repeat("redis-revocations", () -> round(heard, known));
  }

  private void enqueue(byte[] message) {
    if (message.length == 0 || message.length > LARGEST || !messages.offer(message)) {
      stale = true;
      var _ = messages.offer(READ_ALL);
    }
  }

  private boolean round(Heard heard, Supplier<List<Revocation>> known) throws InterruptedException {
    var message = messages.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    if (message != null && message.length > 0) {
      take(new String(message, StandardCharsets.UTF_8), heard);
    }
    if (!connection.answers()) {
      // What was missed is read when it is connected again.
      stale = true;
      return true;
    }
    try {
      stale |= System.nanoTime() - lastWhole > WHOLE.toNanos();
      if (stale || (message == null && !scripts.version().equals(version))) {
        readAll(heard, known);
        Thread.sleep(PAUSE);
      }
    } catch (IOException e) {
      stale = true;
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      connection.trouble().report("revocations cannot be read: " + e.getMessage());
      Thread.sleep(LOOK);
    }
    return true;
  }

  /** Hears what was added, if it is the change after the last one; otherwise some were missed. */
  private void take(String message, Heard heard) {
    int end = message.indexOf('\n');
    var counter = end < 0 ? "" : message.substring(0, end);
    if (stale || counter.equals(version)) {
      return;
    }
    if (!counter.equals(next(version))) {
      stale = true;
      return;
    }
    var text = RevocationText.parse(message.substring(end + 1));
    heard.added(text.revocations());
    if (text.bad() > 0) {
      stale = true;
    } else {
      version = counter;
    }
  }

  private static String next(String version) {
    return version.matches("\\d{1,18}") ? Long.toString(Long.parseLong(version) + 1) : "1";
  }

  private void readAll(Heard heard, Supplier<List<Revocation>> known) throws IOException {
    stale = false;
    var content = scripts.read();
    var held = content.text().revocations();
    heard.all(held);
    report(content.text());
    restore(known.get(), held);
    version = content.version();
    lastWhole = System.nanoTime();
  }

  private void report(RevocationText text) {
    var problem = String.join("; ", text.problems());
    if (!problem.equals(lastProblem) && !problem.isEmpty()) {
      connection
          .trouble()
          .report(
              "revocations: "
                  + problem
                  + "; all others count, and nothing that was revoked is given back");
    }
    lastProblem = problem;
  }

  /** Redis may have started again without them, or lost the last ones. */
  private void restore(List<Revocation> known, List<Revocation> held) throws IOException {
    Map<Selector, Instant> there = new HashMap<>(RevocationText.newest(Map.of(), held));
    var now = wall.instant();
    var lost =
        known.stream()
            .filter(
                it -> {
                  var before = there.get(it.selector());
                  return before == null || before.isBefore(it.before());
                })
            .filter(it -> !lapse.isOver(it, now))
            .toList();
    if (!lost.isEmpty() && scripts.add(lost) == Added.NO_ROOM) {
      connection
          .trouble()
          .report("it has no room for " + lost.size() + " revocations that it lost");
    }
  }

  @Override
  public void close() {
    var started = thread;
    if (started != null) {
      started.interrupt();
    }
  }
}
