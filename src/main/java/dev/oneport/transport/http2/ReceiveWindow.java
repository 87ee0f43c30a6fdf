package dev.oneport.transport.http2;

/**
 * What the client may have on its way on all streams together (RFC 9113 section 6.9). It gets that
 * back as it comes, read or not: what waits to be read is bounded by the windows of its streams,
 * and a stream that nobody reads must not hold up the others, which may be those of other callers
 * behind the same proxy. Belongs to the thread that reads the connection.
 */
final class ReceiveWindow {
  private final int size;
  private int uncredited;

  ReceiveWindow(int size) {
    this.size = size;
  }

  /** Counts a frame; returns the window to give back to the client now, or 0. */
  int received(int length) {
    uncredited += length;
    if (uncredited < size / 2) {
      return 0;
    }
    int credit = uncredited;
    uncredited = 0;
    return credit;
  }
}
