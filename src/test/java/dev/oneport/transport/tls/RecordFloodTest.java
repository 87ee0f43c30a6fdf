package dev.oneport.transport.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records are found however their bytes arrive, and counted unless they bring data. */
final class RecordFloodTest {
  private static final int[] LENGTHS = {22, 0, 1, 255, 256, 16_640};

  private final AtomicLong now = new AtomicLong();
  private final RecordFlood flood = new RecordFlood(now::get);

  private static byte[] records(int count) {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      int length = LENGTHS[i % LENGTHS.length];
      bytes.writeBytes(new byte[] {23, 3, 3, (byte) (length >> 8), (byte) length});
      bytes.writeBytes(new byte[length]);
    }
    return bytes.toByteArray();
  }

  private void pass(byte[] bytes, int piece) throws SocketException {
    for (int from = 0; from < bytes.length; from += piece) {
      flood.pass(bytes, from, Math.min(bytes.length, from + piece));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 27, 8192, 1 << 20})
  void recordsWithoutDataAreBounded(int piece) throws SocketException {
    flood.handshakeOver();
    // The last one may have data, which is known only when it was read.
    pass(records(RecordFlood.MOST + 1), piece);
    var e = assertThrows(SocketException.class, () -> pass(records(1), piece));
    assertEquals("too many TLS records without data", e.getMessage());
  }

  @Test
  void recordsOfTheHandshakeAreNotCounted() throws SocketException {
    pass(records(10 * RecordFlood.MOST), 8192);
    flood.handshakeOver();
    pass(records(RecordFlood.MOST), 8192);
  }

  @Test
  void recordsWithDataAreNotCounted() throws SocketException {
    flood.handshakeOver();
    pass(records(RecordFlood.MOST), 8192);
    for (int i = 0; i < 10 * RecordFlood.MOST; i++) {
      pass(records(1), 8192);
      flood.data();
    }
  }

  @Test
  void eachPeriodCountsAgain() throws SocketException {
    flood.handshakeOver();
    for (int i = 0; i < 10; i++) {
      pass(records(RecordFlood.MOST), 8192);
      now.addAndGet(RecordFlood.PERIOD.toNanos() + 1);
    }
  }
}
