package dev.oneport.transport.http2.hpack;

import dev.oneport.transport.HeadMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The last long literals that a client forbids to index, as many clients do with their token (RFC
 * 7541 section 7.1.3) and then send it with every call: a repeated one is neither decoded nor
 * checked again.
 *
 * <p>Only what the bytes mean is kept, never whether a token is good. A literal is found by all of
 * its bytes, so two cannot be confused. The field is kept in clear, because handlers may read it,
 * but not on a connection that is not used: see {@link #forget}.
 */
final class RecentLiterals {
  /** A client may alternate two tokens; more would keep more secrets. */
  static final int ENTRIES = 2;

  /** Shorter ones are decoded as fast. */
  static final int SHORTEST = 64;

  static final int LONGEST = 2 << 10;

  /** The encoded bytes, the decoded ones and their text, and objects. */
  private static final int COPIES = 4;

  /** A literal as it was received, and its field. */
  static final class Known {
    private final byte[] encoded;
    private final HeaderField field;

    private Known(byte[] encoded, HeaderField field) {
      this.encoded = encoded;
      this.field = field;
    }

    HeaderField field() {
      return field;
    }

    /** The bytes that were received for it. */
    int length() {
      return encoded.length;
    }

    private boolean begins(byte[] bytes, int from, int to) {
      int end = from + encoded.length;
      return end <= to && Arrays.equals(bytes, from, end, encoded, 0, encoded.length);
    }

    private long memory() {
      return (long) COPIES * encoded.length;
    }
  }

  private final HeadMemory memory;
  private final @Nullable Known[] known = new @Nullable Known[ENTRIES];
  private int oldest;

  RecentLiterals(HeadMemory memory) {
    this.memory = memory;
  }

  /** The literal that begins here; null if it is none of these. No encoding begins another one. */
  synchronized @Nullable Known find(byte[] bytes, int from, int to) {
    for (var each : known) {
      if (each != null && each.begins(bytes, from, to)) {
        return each;
      }
    }
    return null;
  }

  /**
   * Remembers a literal instead of the oldest one, unless the memory is full. Its name must not be
   * an index of the dynamic table, which changes.
   */
  synchronized void add(byte[] bytes, int from, int to, HeaderField field) {
    if (to - from < SHORTEST || to - from > LONGEST || !field.wellFormed()) {
      return;
    }
    remove(oldest);
    var added = new Known(Arrays.copyOfRange(bytes, from, to), field);
    if (memory.tryHold(added.memory())) {
      known[oldest] = added;
      oldest = (oldest + 1) % ENTRIES;
    }
  }

  /** Forgets all; any thread may call this. */
  synchronized void forget() {
    for (int i = 0; i < ENTRIES; i++) {
      remove(i);
    }
  }

  private void remove(int index) {
    var old = known[index];
    if (old != null) {
      memory.release(old.memory());
      known[index] = null;
    }
  }
}
