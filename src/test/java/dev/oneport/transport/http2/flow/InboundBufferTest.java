package dev.oneport.transport.http2.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.RequestMemory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What waits to be read is no more than the window, in memory too. */
final class InboundBufferTest {
  private static final int WINDOW = 256 << 10;

  @Test
  void whatIsReadIsWhatWasWrittenHoweverBothAreCut() {
    var random = new Random(7);
    for (int round = 0; round < 200; round++) {
      var buffer = new InboundBuffer(WINDOW, RequestMemory.unbounded().share());
      var written = new byte[random.nextInt(1, 60_000)];
      random.nextBytes(written);
      for (int from = 0; from < written.length; ) {
        int size = Math.min(random.nextInt(1, 5_000), written.length - from);
        assertEquals(0, buffer.append(written, from, size, size));
        from += size;
      }
      var read = new byte[written.length];
      for (int from = 0; from < read.length; ) {
        int size = Math.min(random.nextInt(1, 7_000), read.length - from);
        if (random.nextBoolean()) {
          var slice = buffer.take(size);
          System.arraycopy(slice.bytes(), slice.offset(), read, from, slice.length());
          from += slice.length();
        } else {
          assertEquals(size, buffer.read(read, from, size));
          from += size;
        }
      }
      assertArrayEquals(written, read);
      assertEquals(0, buffer.available());
    }
  }

  @Test
  void whatIsCollectedIsWhatWasWrittenBeforeAndAfter() {
    var random = new Random(8);
    for (int round = 0; round < 200; round++) {
      var buffer = new InboundBuffer(WINDOW, RequestMemory.unbounded().share());
      var written = new byte[random.nextInt(1, 60_000)];
      random.nextBytes(written);
      var collected = new byte[random.nextInt(1, written.length + 1)];
      int begun = random.nextInt(collected.length);
      System.arraycopy(written, 0, collected, 0, begun);
      int asked = random.nextInt(begun, written.length);
      append(buffer, written, begun, asked, random);
      int available = buffer.available();
      int here = buffer.collect(collected, begun);
      assertEquals(Math.min(available, collected.length - begun), here);
      assertEquals(begun + here < collected.length, buffer.isCollecting());
      append(buffer, written, asked, written.length, random);
      assertArrayEquals(Arrays.copyOf(written, collected.length), collected);
      assertEquals(collected.length, buffer.collected());
      var rest = new byte[buffer.available()];
      assertEquals(written.length - collected.length, buffer.read(rest, 0, rest.length));
      assertArrayEquals(Arrays.copyOfRange(written, collected.length, written.length), rest);
    }
  }

  /** Appends a part in frames, of which only what nobody collects may stay. */
  private static void append(InboundBuffer buffer, byte[] bytes, int from, int to, Random random) {
    for (int at = from; at < to; ) {
      int size = Math.min(random.nextInt(1, 5_000), to - at);
      int before = buffer.available();
      int used = buffer.append(bytes, at, size, size);
      assertEquals(size - used, buffer.available() - before);
      at += size;
    }
  }

  @Test
  void whatIsCollectedIsCreditedAsItArrives() {
    var buffer = new InboundBuffer(1_000, RequestMemory.unbounded().share());
    assertEquals(0, buffer.collect(new byte[5_000], 0));
    for (int sent = 0; sent < 5_000; sent += 500) {
      assertEquals(500, buffer.append(new byte[500], 0, 500, 500));
      assertEquals(500, buffer.credit(0));
    }
    assertFalse(buffer.isCollecting());
    assertEquals(0, buffer.append(new byte[500], 0, 500, 500));
    assertEquals(500, buffer.available());
  }

  @Test
  void nothingIsCollectedOnceTheBufferIsBrokenOff() {
    var buffer = new InboundBuffer(1_000, RequestMemory.unbounded().share());
    buffer.collect(new byte[100], 0);
    buffer.append(new byte[10], 0, 10, 10);
    buffer.breakOff();
    assertFalse(buffer.isCollecting());
    buffer.append(new byte[10], 0, 10, 10);
    buffer.collect(new byte[100], 10);
    buffer.append(new byte[10], 0, 10, 10);
    assertEquals(10, buffer.collected());
  }

  @Test
  void whatIsCollectedTakesNoMemoryOfTheBuffer() {
    var memory = new RequestMemory(8 << 10, Duration.ZERO);
    var buffer = new InboundBuffer(WINDOW, memory.share());
    buffer.collect(new byte[100_000], 0);
    for (int sent = 0; sent < 100_000; sent += 10_000) {
      assertTrue(buffer.tryReserve(10_000));
      buffer.append(new byte[10_000], 0, 10_000, 10_000);
    }
    assertEquals(0, memory.held());
  }

  @Test
  void framesOfOneByteTakeLittleMoreMemoryThanTheyCount() {
    var buffers = new InboundBuffer[20];
    long before = usedMemory();
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = new InboundBuffer(WINDOW, RequestMemory.unbounded().share());
      for (int sent = 0; sent < WINDOW; sent++) {
        buffers[i].append(new byte[1], 0, 1, 1);
      }
    }
    long each = (usedMemory() - before) / buffers.length;
    assertTrue(each < WINDOW * 3 / 2, "bytes a buffer: " + each);
    assertEquals(WINDOW, buffers[0].available());
  }

  private static long usedMemory() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void creditComesWhenHalfOfTheWindowWasReadAndNotAfterTheEnd() {
    var buffer = new InboundBuffer(1_000, RequestMemory.unbounded().share());
    buffer.append(new byte[1_000], 0, 1_000, 1_000);
    assertEquals(InboundBuffer.NO_WINDOW, buffer.append(new byte[1], 0, 1, 1));
    buffer.take(499);
    assertEquals(0, buffer.credit(499));
    buffer.take(1);
    assertEquals(500, buffer.credit(1));
    assertEquals(0, buffer.append(new byte[500], 0, 500, 500));
    buffer.end();
    buffer.take(1_000);
    assertEquals(0, buffer.credit(1_000));
  }

  @Test
  void whatComesAfterTheHandlerHasGoneIsUsedUpAtOnce() {
    var buffer = new InboundBuffer(1_000, RequestMemory.unbounded().share());
    buffer.append(new byte[300], 0, 300, 300);
    assertEquals(300, buffer.breakOff());
    assertEquals(200, buffer.append(new byte[200], 0, 200, 200));
    assertEquals(0, buffer.available());
  }

  @Test
  void aBodyOfWhichSomethingWasDroppedHasNoEnd() {
    var buffer = new InboundBuffer(1_000, RequestMemory.unbounded().share());
    buffer.append(new byte[300], 0, 300, 300);
    buffer.end();
    buffer.breakOff();
    assertFalse(buffer.ended());
    assertEquals(0, buffer.take(300).length());
  }

  @Test
  void aBodyThatWasBrokenOffBeforeItsEndHasNone() {
    var buffer = new InboundBuffer(1_000, RequestMemory.unbounded().share());
    buffer.breakOff();
    buffer.end();
    assertFalse(buffer.ended());
  }

  @Test
  void aBodyThatWasReadHasAnEndWhateverHappensAfterIt() {
    var buffer = new InboundBuffer(1_000, RequestMemory.unbounded().share());
    buffer.append(new byte[300], 0, 300, 300);
    buffer.end();
    assertEquals(300, buffer.take(300).length());
    buffer.breakOff();
    assertTrue(buffer.ended());
  }

  @Test
  void aClientIsQuietSinceItWasLookedAtWithNothingNew() {
    var buffer = new InboundBuffer(1_000, RequestMemory.unbounded().share());
    assertEquals(0, buffer.quietNanos(100));
    assertEquals(50, buffer.quietNanos(150));
    buffer.append(new byte[1], 0, 1, 1);
    buffer.take(1);
    assertEquals(0, buffer.quietNanos(200));
    assertEquals(40, buffer.quietNanos(240));
  }

  @Test
  void aClientIsNotQuietWhileItHasNoWindowOrNoMoreToSend() {
    var buffer = new InboundBuffer(1_000, RequestMemory.unbounded().share());
    buffer.append(new byte[1_000], 0, 1_000, 1_000);
    assertEquals(0, buffer.quietNanos(100));
    assertEquals(0, buffer.quietNanos(200));
    assertEquals(500, buffer.credit(buffer.take(500).length()));
    assertEquals(100, buffer.quietNanos(300));
    buffer.end();
    assertEquals(0, buffer.quietNanos(400));
    assertEquals(0, buffer.quietNanos(500));
  }
}
