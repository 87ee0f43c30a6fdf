package dev.oneport.transport.websocket;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A pool of compressors, which are too large to keep one per idle socket and too slow to create per
 * message.
 */
final class Codecs {
  private static final int KEPT = 32;

  private final ArrayBlockingQueue<Deflater> deflaters = new ArrayBlockingQueue<>(KEPT);
  private final ArrayBlockingQueue<Inflater> inflaters = new ArrayBlockingQueue<>(KEPT);

  /**
   * A compressor for a window size. The JDK's deflater does not support smaller windows, but it can
   * be set to use no back references.
   */
  Deflater deflater(int windowBits) {
    var kept = deflaters.poll();
    var deflater = kept == null ? new Deflater(Deflater.DEFAULT_COMPRESSION, true) : kept;
    deflater.setStrategy(
        windowBits == Deflate.MAX_WINDOW_BITS ? Deflater.DEFAULT_STRATEGY : Deflater.HUFFMAN_ONLY);
    return deflater;
  }

  void giveBack(Deflater deflater) {
    deflater.reset();
    if (!deflaters.offer(deflater)) {
      deflater.end();
    }
  }

  Inflater inflater() {
    var kept = inflaters.poll();
    return kept == null ? new Inflater(true) : kept;
  }

  void giveBack(Inflater inflater) {
    inflater.reset();
    if (!inflaters.offer(inflater)) {
      inflater.end();
    }
  }
}
