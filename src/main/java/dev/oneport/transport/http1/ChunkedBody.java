package dev.oneport.transport.http1;

import dev.oneport.transport.HeaderLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chunked body (RFC 9112 section 7.1), re-chunked into pieces no larger than the bytes received,
 * so an announced size allocates nothing.
 *
 * <p>Chunk extensions are checked, bounded and dropped. Trailers are checked, bounded and kept
 * apart.
 */
final class ChunkedBody implements Body {
  private static final int MAX_SIZE_DIGITS = 12;
  private static final int MAX_LINE = 1024;
  private static final int MAX_EXTRA = 16 * 1024;
  private static final byte[] END = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final long most;
  private long announced;
  private long left;
  private boolean first = true;
  private boolean ended;
  private int extra;
  private final List<HeaderLine> trailers = new ArrayList<>();

  /**
   * @param most the most bytes of data, -1 for no limit
   */
  ChunkedBody(long most) {
    this.most = most;
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public List<HeaderLine> trailers() {
    return trailers;
  }

  @Override
  public byte @Nullable [] next(Input input) {
    if (left == 0) {
      if (!first && !endOfData(input)) {
        return null;
      }
      first = false;
      var size = chunkSize(input);
      if (size < 0) {
        return null;
      }
      if (size == 0) {
        return trailers(input) ? END : null;
      }
      announce(size);
    }
    if (!input.available() && !input.fill()) {
      return null;
    }
    return chunk(input, (int) Math.min(left, input.size()));
  }

  private void announce(long size) {
    left = size;
    announced += size;
    if (most >= 0 && announced > most) {
      throw Refusal.bodyTooLarge();
    }
  }

  private byte[] chunk(Input input, int length) {
    var size = Integer.toHexString(length);
    var chunk = new byte[size.length() + length + 4];
    var at = ascii(size + "\r\n", chunk, 0);
    input.take(chunk, at, length);
    ascii("\r\n", chunk, at + length);
    left -= length;
    return chunk;
  }

  private static int ascii(String text, byte[] into, int at) {
    for (var i = 0; i < text.length(); i++) {
      into[at + i] = (byte) text.charAt(i);
    }
    return at + text.length();
  }

  private static boolean endOfData(Input input) {
    var line = input.line(2);
    if (line == null) {
      return false;
    }
    if (line.length != 0) {
      throw Refusal.malformed("a chunk is longer than its size");
    }
    return true;
  }

  private long chunkSize(Input input) {
    var line = input.line(MAX_LINE);
    if (line == null) {
      return -1;
    }
    long size = 0;
    var digits = 0;
    while (digits < line.length && Ascii.hex(line[digits]) >= 0) {
      size = size << 4 | Ascii.hex(line[digits++]);
      if (digits > MAX_SIZE_DIGITS) {
        throw Refusal.malformed("a chunk's size is too large");
      }
    }
    if (digits == 0) {
      throw Refusal.malformed("a chunk's size is not a number");
    }
    extension(line, digits);
    return size;
  }

  private void extension(byte[] line, int from) {
    if (from == line.length) {
      return;
    }
    var at = from;
    while (at < line.length && Ascii.blank(line[at])) {
      at++;
    }
    if (at == line.length || line[at] != ';' || !Ascii.fieldValue(line, at, line.length)) {
      throw Refusal.malformed("a chunk's size is not a number");
    }
    count(line.length - from);
  }

  private boolean trailers(Input input) {
    while (true) {
      var line = input.line(MAX_LINE);
      if (line == null) {
        return false;
      }
      if (line.length == 0) {
        ended = true;
        return true;
      }
      var colon = Ascii.endOfToken(line, 0, line.length);
      if (colon == 0
          || colon == line.length
          || line[colon] != ':'
          || !Ascii.fieldValue(line, colon + 1, line.length)) {
        throw Refusal.malformed("a trailer is malformed");
      }
      count(line.length);
      var value = Ascii.text(line, colon + 1, line.length).strip();
      trailers.add(new HeaderLine(Ascii.text(line, 0, colon), value));
    }
  }

  private void count(int bytes) {
    extra += bytes;
    if (extra > MAX_EXTRA) {
      throw Refusal.headTooLarge();
    }
  }
}
