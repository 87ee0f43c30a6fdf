package dev.oneport.audit;

import dev.oneport.audit.AuditSettings.Overflow;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallSink;
import dev.oneport.threads.Background;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Writes the records of calls, one JSON line each, off the calls' threads. Denied calls are always
 * written. If the output fails, because the disk is full or its reader stopped, only the lines are
 * lost.
 */
public final class AuditLog implements CallSink, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AuditLog.class.getName());
  private static final int BATCH = 1024;

  /** How long the last lines may take to be written. */
  public static final Duration LAST = Duration.ofMillis(800);

  /** Lets a batch grow: waking a thread for each call costs more than writing the line. */
  private static final Duration GATHERING = Duration.ofMillis(5);

  /** After this many waits without a record, the writer waits to be woken. */
  private static final int QUIET = 100;

  private final AuditSettings settings;
  private final LogOutput out;
  private final Supplier<String> project;

  /** Without a lock: a virtual thread that waits for one costs more than a line. */
  private final Queue<CallRecord> queue = new ConcurrentLinkedQueue<>();

  private final Semaphore room;
  private final LongAdder dropped = new LongAdder();
  private final List<CallRecord> batch = new ArrayList<>(BATCH);
  private final JsonWriter json = new JsonWriter();
  private final TimeTexts times = new TimeTexts();
  private final StringBuilder text = new StringBuilder();
  private final Thread writer;
  private int quiet;
  private volatile boolean asleep;
  private volatile boolean closed;

  /**
   * Starts to write.
   *
   * @param project the Google Cloud project, once it is known; empty until then
   */
  public AuditLog(AuditSettings settings, LogOutput out, Supplier<String> project) {
    this.settings = settings;
    this.out = out;
    this.project = project;
    out.project(project);
    this.room = new Semaphore(settings.queue());
    this.writer = Background.repeat("audit", this::write);
  }

  @Override
  public void record(CallRecord call) {
    if (call.allowed() && !sampled()) {
      return;
    }
    if (room.tryAcquire()) {
      add(call);
      return;
    }
    if (call.allowed() && settings.overflow() == Overflow.DROP_ALLOWED) {
      dropped.increment();
      return;
    }
    try {
      room.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      dropped.increment();
      return;
    }
    add(call);
  }

  /** Adds a record for which there is room. */
  private void add(CallRecord call) {
    queue.add(call);
    if (asleep) {
      asleep = false;
      LockSupport.unpark(writer);
    }
  }

  /** How many records were dropped, and how many lines could not be written. */
  public long dropped() {
    return dropped.sum();
  }

  /** How many records wait to be written. */
  public int waiting() {
    return settings.queue() - room.availablePermits();
  }

  /** Whether the writer waits to be woken, because no call has come for a while. */
  boolean isAsleep() {
    return asleep;
  }

  private boolean sampled() {
    return settings.sampleAllowed() == 100
        || ThreadLocalRandom.current().nextInt(100) < settings.sampleAllowed();
  }

  private boolean write() throws InterruptedException {
    if (closed && queue.isEmpty()) {
      return false;
    }
    if (gathers()) {
      gather();
    } else {
      sleep();
    }
    if (!takeBatch()) {
      return true;
    }
    quiet = 0;
    try {
      if (out.json()) {
        writeJson();
      } else {
        writeText();
      }
    } catch (IOException e) {
      dropped.add(batch.size());
    } catch (Throwable e) {
      dropped.add(batch.size());
      throw e;
    } finally {
      // A failure must not stop later lines: denied calls wait for room in the queue.
      batch.clear();
    }
    return true;
  }

  /** Takes waiting records out of the queue; false if there are none. */
  private boolean takeBatch() {
    for (var call = queue.poll(); call != null; call = batch.size() < BATCH ? queue.poll() : null) {
      batch.add(call);
    }
    room.release(batch.size());
    return !batch.isEmpty();
  }

  /** Whether the queue has room for what arrives while a batch grows. */
  private boolean gathers() {
    return !closed && room.availablePermits() > BATCH;
  }

  /**
   * Waits for records. While calls go on it looks from time to time, so that no call has to wake
   * it; a call wakes it only after a pause.
   */
  private void gather() throws InterruptedException {
    if (!queue.isEmpty() || quiet++ < QUIET) {
      LockSupport.parkNanos(this, GATHERING.toNanos());
      checkInterrupt();
    } else {
      sleep();
    }
  }

  /** Waits to be woken, unless a record is there. */
  private void sleep() throws InterruptedException {
    asleep = true;
    if (queue.isEmpty() && !closed) {
      LockSupport.park(this);
    }
    asleep = false;
    checkInterrupt();
  }

  private static void checkInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private void writeJson() throws IOException {
    json.truncate(0);
    var name = project.get();
    for (var call : batch) {
      var before = json.size();
      try {
        AuditLine.write(json, call, name, times);
        json.line();
      } catch (RuntimeException | StackOverflowError e) {
        json.truncate(before);
        lost(call, e);
      }
    }
    out.writeJson(json.buffer(), json.size());
  }

  private void writeText() throws IOException {
    text.setLength(0);
    for (var call : batch) {
      try {
        text.append(AuditText.line(call)).append('\n');
      } catch (RuntimeException | StackOverflowError e) {
        lost(call, e);
      }
    }
    out.writeLines(text);
  }

  private void lost(CallRecord call, Throwable cause) {
    dropped.increment();
    LOG.log(
        System.Logger.Level.ERROR, "a call on " + call.route() + " could not be written", cause);
  }

  /** Writes the waiting records, for a short time at most. */
  @Override
  public void close() {
    closed = true;
    try {
      var end = System.nanoTime() + LAST.toNanos();
      while (!queue.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(Duration.ofMillis(5));
      }
      writer.interrupt();
      writer.join(LAST);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
