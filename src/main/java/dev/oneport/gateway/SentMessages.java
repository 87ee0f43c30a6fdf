package dev.oneport.gateway;

import java.util.ArrayList;
import java.util.List;

/**
 * The sent messages of a request, up to a limit, so that they can be sent again if the upstream has
 * not processed them. Guarded by the lock of the call.
 */
final class SentMessages {
  private static final int MOST = 64 << 10;

  private final List<byte[]> frames = new ArrayList<>(2);
  private int size;
  private boolean ended;
  private boolean complete = true;

  void add(byte[] frame) {
    size += frame.length;
    if (size > MOST) {
      drop();
    } else if (complete && frame.length > 0) {
      frames.add(frame);
    }
  }

  void end() {
    ended = true;
  }

  boolean ended() {
    return ended;
  }

  /** Drops the messages, which will not be sent again. */
  void drop() {
    complete = false;
    frames.clear();
  }

  /** Whether all messages are still kept. */
  boolean isComplete() {
    return complete;
  }

  List<byte[]> frames() {
    return frames;
  }
}
