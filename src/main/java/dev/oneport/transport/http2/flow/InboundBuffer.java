package dev.oneport.transport.http2.flow;

import dev.oneport.transport.MemoryShare;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.time.BodyPace;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The received, unread bytes of one stream, at most its flow-control window. Small frames share an
 * array, so that they do not use more memory than is counted. The bytes in all buffers together are
 * also bounded.
 */
public final class InboundBuffer {
  public static final int NO_WINDOW = -1;
  private static final int SMALLEST = 1 << 10;
  private static final int LARGEST = 1 << 14;

  private final int windowSize;
  private final MemoryShare memory;
  private int window;
  private int uncredited;
  private int available;
  private @Nullable Chunk first;
  private @Nullable Chunk last;
  private byte @Nullable [] target;
  private int collected;
  private boolean ended;
  private boolean broken;
  private boolean cut;
  private boolean counted;
  private boolean outOfMemory;
  private boolean heard;
  private long quietSince;
  private long arrived;
  private long lookedAt;
  private @Nullable BodyPace pace;

  public InboundBuffer(int windowSize, MemoryShare memory) {
    this.windowSize = windowSize;
    this.memory = memory;
    this.window = windowSize;
  }

  /** Reserves memory for this many bytes without waiting; false if too much is held. */
  public boolean tryReserve(int length) {
    long wanted = wanted(length);
    return wanted <= RequestMemory.FREE || memory.tryGrowTo(wanted);
  }

  /**
   * Waits for memory for this many bytes. On timeout, these and all later bytes are dropped;
   * returns the number of bytes that were dropped from the buffer.
   */
  public int reserve(int length) throws InterruptedException {
    return memory.growTo(wanted(length)) ? 0 : giveUp();
  }

  private synchronized int giveUp() {
    outOfMemory = true;
    return breakOff();
  }

  private synchronized long wanted(int length) {
    long wanted = broken ? 0 : (long) available + length - Math.min(room(), length);
    counted |= wanted > RequestMemory.FREE;
    return wanted;
  }

  /** Whether {@link #reserve} timed out. */
  public synchronized boolean outOfMemory() {
    return outOfMemory;
  }

  /**
   * Adds the payload of a frame whose length with padding is {@code frameLength}. Returns how much
   * of that is consumed already: the padding and what was {@link #collect}ed, or all of it after
   * {@link #breakOff}; {@link #NO_WINDOW} if the frame exceeds the window. The caller credits that
   * to the connection, and to the stream what {@link #credit} then returns.
   */
  public synchronized int append(byte[] bytes, int offset, int length, int frameLength) {
    if (frameLength > window) {
      return NO_WINDOW;
    }
    window -= frameLength;
    if (broken) {
      return frameLength;
    }
    int rest = length;
    if (length > 0) {
      rest -= collect(bytes, offset, length);
      store(bytes, offset + length - rest, rest);
      available += rest;
      arrived += length;
      heard = true;
      notifyAll();
    }
    uncredited += frameLength - rest;
    return frameLength - rest;
  }

  private int collect(byte[] bytes, int offset, int length) {
    int some = Math.min(room(), length);
    if (some > 0 && target != null) {
      System.arraycopy(bytes, offset, target, collected, some);
      collected += some;
    }
    return some;
  }

  private int room() {
    return target == null ? 0 : target.length - collected;
  }

  /**
   * Fills the rest of an array with the bytes that are here, and with later ones as they arrive,
   * which then are not held here and count as read. Returns how many were here.
   */
  public synchronized int collect(byte[] into, int from) {
    target = broken ? null : into;
    int read = read(into, from, into.length - from);
    collected = from + read;
    return read;
  }

  /** Where in the array of {@link #collect(byte[], int)} the next byte will be. */
  public synchronized int collected() {
    return collected;
  }

  /** Whether the array of {@link #collect(byte[], int)} is not full yet. */
  public synchronized boolean isCollecting() {
    return room() > 0;
  }

  private void store(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return;
    }
    int stored = last == null ? 0 : last.append(bytes, offset, length);
    if (stored == length) {
      return;
    }
    int rest = length - stored;
    // The first array fits exactly: most requests have one frame and one message.
    int size = last == null ? rest : Math.max(rest, last.nextSize());
    var chunk = new Chunk(size);
    chunk.append(bytes, offset + stored, rest);
    if (last == null) {
      first = chunk;
    } else {
      last.next = chunk;
    }
    last = chunk;
  }

  /** Notes that the peer has ended the stream. */
  public synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Drops all bytes, because they will not be read; returns their number. */
  public synchronized int breakOff() {
    int dropped = available;
    cut |= dropped > 0 || !ended;
    broken = true;
    available = 0;
    first = null;
    last = null;
    target = null;
    memory.close();
    notifyAll();
    return dropped;
  }

  public synchronized int available() {
    return available;
  }

  /** Whether all bytes have arrived, whether read or not, and none were dropped. */
  public synchronized boolean ended() {
    return ended && !cut;
  }

  /** Reads up to {@code length} bytes without waiting. */
  public synchronized int read(byte[] target, int offset, int length) {
    int done = 0;
    while (done < length && first != null) {
      int some = Math.min(length - done, first.size());
      System.arraycopy(first.bytes, first.from, target, offset + done, some);
      skip(first, some);
      done += some;
    }
    return done;
  }

  /** Takes the next bytes that are in one array, up to {@code length}, without copying. */
  public synchronized Slice take(int length) {
    if (first == null) {
      return Slice.NONE;
    }
    var slice = new Slice(first.bytes, first.from, Math.min(length, first.size()));
    skip(first, slice.length());
    return slice;
  }

  private void skip(Chunk chunk, int length) {
    chunk.from += length;
    available -= length;
    if (counted) {
      memory.shrinkTo(available);
    }
    if (chunk.size() == 0) {
      first = chunk.next;
      if (first == null) {
        last = null;
      }
    }
  }

  /** Waits until bytes can be read or no more will arrive; false on timeout. */
  public synchronized boolean await(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (available == 0 && !ended && !broken) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /**
   * Whether the peer, although it has window and its body is not complete, has sent nothing for
   * longer than the pause, or less than the rate in bytes per second. As precise as the interval
   * between calls.
   */
  public synchronized boolean isTooSlow(long now, Duration pause, int rate) {
    if (ended || broken) {
      return false;
    }
    var measured = pace;
    if (measured == null) {
      measured = new BodyPace(pause, rate);
      pace = measured;
    } else if (window > 0) {
      measured.waited(now - lookedAt);
    }
    lookedAt = now;
    measured.received(arrived);
    arrived = 0;
    return quietNanos(now) > pause.toNanos() || measured.patience() == 0;
  }

  /**
   * How long the peer has sent nothing, although it has window and its body is not complete. As
   * precise as the interval between calls.
   */
  public synchronized long quietNanos(long now) {
    if (heard || window == 0 || ended || broken || quietSince == 0) {
      heard = false;
      quietSince = now;
    }
    return now - quietSince;
  }

  /** Counts bytes as read; returns the window to return to the peer now, or 0. */
  public synchronized int credit(int length) {
    uncredited += length;
    if (ended || broken || uncredited < windowSize / 2) {
      return 0;
    }
    int credit = uncredited;
    uncredited = 0;
    window += credit;
    return credit;
  }

  private static final class Chunk {
    private final byte[] bytes;
    private int from;
    private int to;
    private @Nullable Chunk next;

    private Chunk(int size) {
      bytes = new byte[size];
    }

    private int size() {
      return to - from;
    }

    private int append(byte[] source, int offset, int length) {
      int some = Math.min(length, bytes.length - to);
      System.arraycopy(source, offset, bytes, to, some);
      to += some;
      return some;
    }

    private int nextSize() {
      return Math.min(LARGEST, Math.max(SMALLEST, bytes.length * 2));
    }
  }
}
