package dev.oneport.transport.tls;

import java.util.concurrent.Semaphore;

/**
 * Bounds how many handshakes compute at once. A handshake gives its turn back while it waits for
 * its client, so that a client that stalls costs nobody's.
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

    /** Gives the turn back until {@link #resume}. */
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

    /** The handshake is over: the connection needs no turns from now on. */
    @Override
    public void close() {
      over = true;
      free.release();
    }
  }
}
