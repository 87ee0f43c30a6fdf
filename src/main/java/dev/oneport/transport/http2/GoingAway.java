package dev.oneport.transport.http2;

import dev.oneport.transport.http2.flow.Outbound;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.FrameBuffer;

/**
 * Drains a connection without losing a request (RFC 9113 section 6.8). It first sends a GOAWAY with
 * the highest stream id, and a PING. When the client answers the PING, it has seen the GOAWAY and
 * opens no more streams, and a second GOAWAY names the last stream that was accepted. Clients may
 * repeat only the requests above it.
 */
final class GoingAway {
  /** The first half of the payload of the PING that follows the first GOAWAY. */
  static final int PING = 0x6f6e65;

  private static final int NO_LIMIT = Integer.MAX_VALUE;

  private enum State {
    STAYING,
    ANNOUNCED,
    LEFT
  }

  private final Outbound outbound;
  private volatile State state = State.STAYING;
  private int last;
  private long since;

  GoingAway(Outbound outbound) {
    this.outbound = outbound;
  }

  /** Whether a stream that the client opens is still accepted. */
  synchronized boolean mayBegin(int stream) {
    if (state == State.LEFT) {
      return false;
    }
    last = stream;
    return true;
  }

  synchronized void announce(long now) {
    if (state == State.STAYING) {
      state = State.ANNOUNCED;
      since = now;
      outbound.control(
          target -> {
            goAway(target, NO_LIMIT, ErrorCode.NO_ERROR);
            target.frame(8, Frame.PING, 0, 0);
            target.putInt(PING);
            target.putInt(0);
          });
      outbound.flushNow();
    }
  }

  synchronized void pingAnswered(int payload) {
    if (state == State.ANNOUNCED && payload == PING) {
      leave(ErrorCode.NO_ERROR);
    }
  }

  /** Accepts no more streams; sends a GOAWAY with the last stream and this code. */
  synchronized void leave(ErrorCode code) {
    state = State.LEFT;
    int named = last;
    outbound.control(target -> goAway(target, named, code));
    outbound.flushNow();
  }

  /** Sends the second GOAWAY without waiting for the client, if the first was sent. */
  synchronized void hurry() {
    if (state == State.ANNOUNCED) {
      leave(ErrorCode.NO_ERROR);
    }
  }

  /** Sends the second GOAWAY if the client does not answer the PING in time. */
  synchronized void tick(long now, long patienceNanos) {
    if (state == State.ANNOUNCED && now - since > patienceNanos) {
      leave(ErrorCode.NO_ERROR);
    }
  }

  boolean hasLeft() {
    return state == State.LEFT;
  }

  private static void goAway(FrameBuffer target, int last, ErrorCode code) {
    target.frame(8, Frame.GOAWAY, 0, 0);
    target.putInt(last);
    target.putInt(code.code());
  }
}
