package dev.oneport.gateway;

import java.util.ArrayList;
import java.util.List;

/**
 * What was sent of a request, as long as that is little, so that it can be sent again to an
 * upstream that has not looked at it. Belongs to one lock.
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
    } else if (complete) {
      frames.add(frame);
    }
  }

  void end() {
    ended = true;
  }

  boolean ended() {
    return ended;
  }

  /** It will not be sent again. */
  void drop() {
    complete = false;
    frames.clear();
  }

  /** Whether all of it is still there. */
  boolean isComplete() {
    return complete;
  }

  List<byte[]> frames() {
    return frames;
  }
}
