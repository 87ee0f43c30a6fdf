package dev.oneport.telemetry.otlp;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message in the binary format of Protocol Buffers, written one field after another. The caller
 * leaves out what has its default.
 */
final class ProtoBytes {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED_32 = 5;
  private static final int WIRE_TYPE_BITS = 3;

  private static final int LONGEST_VARINT = 10;
  private static final int SEVEN_BITS = 7;
  private static final int MORE = 0x80;
  private static final int USUAL = 1 << 10;

  private byte[] out = new byte[USUAL];
  private int size;

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  void writeTo(OutputStream stream) throws IOException {
    stream.write(out, 0, size);
  }

  /** An integer, a truth value, or an enum's number. */
  void number(int field, long value) {
    tag(field, VARINT);
    varint(value);
  }

  void fixed64(int field, long value) {
    tag(field, FIXED_64);
    reserve(Long.BYTES);
    LONG.set(out, size, value);
    size += Long.BYTES;
  }

  void fixed32(int field, int value) {
    tag(field, FIXED_32);
    reserve(Integer.BYTES);
    INT.set(out, size, value);
    size += Integer.BYTES;
  }

  void text(int field, String value) {
    bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  void bytes(int field, byte[] value) {
    bytes(field, value, value.length);
  }

  /** A message that was written apart. */
  void message(int field, ProtoBytes message) {
    bytes(field, message.out, message.size);
  }

  private void bytes(int field, byte[] value, int length) {
    tag(field, LENGTH);
    varint(length);
    reserve(length);
    System.arraycopy(value, 0, out, size, length);
    size += length;
  }

  /**
   * Begins a message within this one, whose fields follow.
   *
   * @return what {@link #end} needs
   */
  int begin(int field) {
    tag(field, LENGTH);
    reserve(1);
    size++;
    return size;
  }

  /**
   * Ends the message that began there. Its length has room for one byte, which is mostly enough.
   */
  void end(int start) {
    int length = size - start;
    int more = (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(length | 1)) / SEVEN_BITS;
    if (more > 0) {
      reserve(more);
      System.arraycopy(out, start, out, start + more, length);
    }
    size = start - 1;
    varint(length);
    size += length;
  }

  private void tag(int field, int type) {
    varint((long) field << WIRE_TYPE_BITS | type);
  }

  private void varint(long value) {
    reserve(LONGEST_VARINT);
    long rest = value;
    while ((rest & -MORE) != 0) {
      out[size++] = (byte) (rest | MORE);
      rest >>>= SEVEN_BITS;
    }
    out[size++] = (byte) rest;
  }

  private void reserve(int more) {
    if (out.length - size < more) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, size + more));
    }
  }
}
