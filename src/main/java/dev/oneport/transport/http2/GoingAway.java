package dev.oneport.transport.http2;

import dev.oneport.transport.http2.flow.Outbound;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.FrameBuffer;

/**
 * How a connection says good-bye without losing a request (RFC 9113 section 6.8): first a GOAWAY
 * that names no limit and a PING; when the client has answered that, it has seen the first and
 * opens no more streams, and a second GOAWAY names the last stream that was really taken. Clients
 * may repeat what lies above it, and only that.
 */
final class GoingAway {
  /** First half of the PING that goes with the first GOAWAY. */
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

  /** Whether a stream that the client opens is still taken. */
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

  /** Nothing new is taken from here on; names the last stream and the reason. */
  synchronized void leave(ErrorCode code) {
    state = State.LEFT;
    int named = last;
    outbound.control(target -> goAway(target, named, code));
    outbound.flushNow();
  }

  /** A client that was told that the server goes away is not waited for any longer. */
  synchronized void hurry() {
    if (state == State.ANNOUNCED) {
      leave(ErrorCode.NO_ERROR);
    }
  }

  /** A client that does not answer the PING is not waited for. */
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
