package dev.oneport.transport.tls;

import java.net.SocketException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Bounds the records without data that a client may send after its handshake: key updates, empty
 * records, and the warnings of TLS 1.2. The JDK takes any number of them (JDK 25), derives new keys
 * for each key update, and answers it if the client asks. The headers of records are not encrypted,
 * so that they can be counted here.
 *
 * <p>Used by the thread that reads the connection.
 */
final class RecordFlood {
  /** Far above what clients send: most never update their keys, others after gigabytes. */
  static final int MOST = 100;

  static final Duration PERIOD = Duration.ofSeconds(10);

  private static final int HEADER = 5;
  private static final int LENGTH = 3;

  private final LongSupplier nanos;
  private boolean counting;
  private int inHeader;
  private int length;
  private int left;
  private int count;
  private long begin;

  RecordFlood(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Begins to count: the messages of the handshake are bounded otherwise. */
  void handshakeOver() {
    counting = true;
    begin = nanos.getAsLong();
  }

  /** The last record that was read had data. */
  void data() {
    if (count > 0) {
      count--;
    }
  }

  /**
   * Follows the records in bytes that are about to be read.
   *
   * @throws SocketException if there are too many without data
   */
  void pass(byte[] bytes, int from, int to) throws SocketException {
    int at = from;
    while (at < to) {
      if (left > 0) {
        int skipped = Math.min(left, to - at);
        left -= skipped;
        at += skipped;
      } else {
        header(bytes[at++] & 0xFF);
      }
    }
  }

  private void header(int next) throws SocketException {
    length = inHeader < LENGTH ? 0 : (length << 8) | next;
    if (++inHeader == HEADER) {
      inHeader = 0;
      left = length;
      record();
    }
  }

  private void record() throws SocketException {
    if (!counting) {
      return;
    }
    if (nanos.getAsLong() - begin > PERIOD.toNanos()) {
      begin = nanos.getAsLong();
      count = 0;
    }
    // The record that is about to be read may have data.
    if (++count > MOST + 1) {
      throw new SocketException("too many TLS records without data");
    }
  }
}
