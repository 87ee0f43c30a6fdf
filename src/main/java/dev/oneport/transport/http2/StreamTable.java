package dev.oneport.transport.http2;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The open streams of a connection and, in constant memory, facts about the others: the highest id,
 * and the ids that this side has recently reset.
 */
final class StreamTable {
  /** The state of a stream that is not open. */
  enum Absent {
    /** The client has never opened it. */
    IDLE,
    /** This side has reset it; frames that the client sent before it saw the reset are ignored. */
    RESET_HERE,
    /** The client has ended or reset it. */
    ENDED,
    /** One of the last two; the reset was too long ago to tell. */
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

  /** Begins a stream with this id, and closes all idle ones below it (RFC 9113 section 5.1.1). */
  synchronized void begin(int id) {
    highest = id;
  }

  /** Notes that this side has reset the stream. */
  synchronized void remember(int id) {
    if (resets == null) {
      resets = new int[REMEMBERED];
    }
    resets[resetCount++ & (REMEMBERED - 1)] = id;
  }

  /** The state of a stream that is not open. */
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
