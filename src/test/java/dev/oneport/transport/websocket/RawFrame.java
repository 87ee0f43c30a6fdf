package dev.oneport.transport.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** A frame a test sends or receives; anything may be wrong with it. */
record RawFrame(int first, String payload) {
  /** Payload bytes stand as characters 0 to 255. */
  static RawFrame of(int opcode, boolean last, byte[] payload) {
    return new RawFrame(
        (last ? 0x80 : 0) | opcode, new String(payload, StandardCharsets.ISO_8859_1));
  }

  static RawFrame text(String text) {
    return of(1, true, text.getBytes(StandardCharsets.UTF_8));
  }

  static RawFrame binary(byte... bytes) {
    return of(2, true, bytes);
  }

  static RawFrame binary(int length) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xfe);
    return of(2, true, bytes);
  }

  static RawFrame ping(String payload) {
    return of(9, true, payload.getBytes(StandardCharsets.UTF_8));
  }

  static RawFrame pong(String payload) {
    return of(10, true, payload.getBytes(StandardCharsets.UTF_8));
  }

  static RawFrame close(int code) {
    return close(code, "");
  }

  static RawFrame close(int code, String reason) {
    return of(8, true, CloseReason.payload(code, reason));
  }

  static RawFrame closeWithoutCode() {
    return of(8, true, new byte[0]);
  }

  static RawFrame hexText(String hex) {
    return of(1, true, HexFormat.of().parseHex(hex));
  }

  /** The same, but more of the message follows. */
  RawFrame more() {
    return new RawFrame(first & 0x7f, payload);
  }

  /** The same as the continuation of a message. */
  RawFrame continued() {
    return new RawFrame(first & 0xf0, payload);
  }

  /** The same with these bits set in the first byte. */
  RawFrame with(int bits) {
    return new RawFrame(first | bits, payload);
  }

  int opcode() {
    return first & 0x0f;
  }

  boolean last() {
    return (first & 0x80) != 0;
  }

  byte[] bytes() {
    return payload.getBytes(StandardCharsets.ISO_8859_1);
  }

  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  int closeCode() {
    var bytes = bytes();
    return bytes.length < 2 ? 1005 : (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
  }

  /** As a client sends it. */
  byte[] masked() {
    var out = new ByteArrayOutputStream();
    var bytes = bytes();
    out.writeBytes(header(0x80));
    var mask = new byte[] {0x12, (byte) 0xa5, 0x00, (byte) 0xff};
    out.writeBytes(mask);
    for (var i = 0; i < bytes.length; i++) {
      out.write(bytes[i] ^ mask[i % 4]);
    }
    return out.toByteArray();
  }

  /** As a client must not send it. */
  byte[] unmasked() {
    var out = new ByteArrayOutputStream();
    out.writeBytes(header(0));
    out.writeBytes(bytes());
    return out.toByteArray();
  }

  private byte[] header(int maskBit) {
    var header = WebSocketFrame.header(Opcode.TEXT, true, false, payload.length());
    header[0] = (byte) first;
    header[1] |= (byte) maskBit;
    return header;
  }

  @Override
  public String toString() {
    var shown =
        payload.length() > 40 ? payload.length() + " bytes" : HexFormat.of().formatHex(bytes());
    return Integer.toHexString(first) + ":" + shown;
  }
}
