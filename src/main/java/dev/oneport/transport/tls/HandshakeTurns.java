package dev.oneport.transport.tls;

import java.util.concurrent.Semaphore;

/**
 * Bounds how many handshakes compute at once. A handshake releases its turn while it waits for its
 * client, so that a stalled client does not block others.
 */
final class HandshakeTurns {
  private final Semaphore free;

  HandshakeTurns(int atOnce) {
    free = new Semaphore(atOnce, true);
  }

  /** Waits for a turn. */
  Turn begin() {
    free.acquireUninterruptibly();
    return new Turn();
  }

  /** One handshake's turn; used by the thread of its connection. */
  final class Turn implements AutoCloseable {
    private boolean over;

    /** Releases the turn until {@link #resume}. */
    void pause() {
      if (!over) {
        free.release();
      }
    }

    void resume() {
      if (!over) {
        free.acquireUninterruptibly();
      }
    }

    /** Ends the handshake, after which the connection needs no turns. */
    @Override
    public void close() {
      over = true;
      free.release();
    }
  }
}
