package dev.oneport.transport.http2;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a connection that are open, and in constant memory what has to be known of those
 * that are not: the highest id, and the ids that were reset from this side lately.
 */
final class StreamTable {
  /** What a stream is that is not open. */
  enum Absent {
    /** The client has never opened it. */
    IDLE,
    /** It was reset here: what the client sent before it knew is to be ignored. */
    RESET_HERE,
    /** The client has ended it, and knows. */
    ENDED,
    /** One of the last two: too many resets ago to tell. */
    FORGOTTEN
  }

  private static final int REMEMBERED = 128;

  private final Map<Integer, Http2Stream> open = new ConcurrentHashMap<>(4);
  private int highest;
  private int @Nullable [] resets;
  private int resetCount;

  @Nullable Http2Stream get(int id) {
    return open.get(id);
  }

  void add(Http2Stream stream) {
    open.put(stream.id(), stream);
  }

  void remove(Http2Stream stream) {
    open.remove(stream.id());
  }

  Collection<Http2Stream> all() {
    return open.values();
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /** A stream of that id begins, and all idle ones below are over (RFC 9113 section 5.1.1). */
  synchronized void begin(int id) {
    highest = id;
  }

  /** That stream was reset from this side. */
  synchronized void remember(int id) {
    if (resets == null) {
      resets = new int[REMEMBERED];
    }
    resets[resetCount++ & (REMEMBERED - 1)] = id;
  }

  /** What is known of a stream that is not open. */
  synchronized Absent absent(int id) {
    if (id > highest) {
      return Absent.IDLE;
    }
    if (resets == null) {
      return Absent.ENDED;
    }
    for (int reset : resets) {
      if (reset == id) {
        return Absent.RESET_HERE;
      }
    }
    return Integer.compareUnsigned(resetCount, REMEMBERED) > 0 ? Absent.FORGOTTEN : Absent.ENDED;
  }
}
