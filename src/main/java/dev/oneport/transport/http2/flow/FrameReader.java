package dev.oneport.transport.http2.flow;

import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.IncomingFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Splits a peer's bytes into frames (RFC 9113 sections 3.4 and 4.1). */
public final class FrameReader {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ConnectionInput input;
  private final Target target;
  private final IncomingFrame frame = new IncomingFrame();

  /** Receives frames. */
  public interface Target {
    void receive(IncomingFrame frame);

    /** Called when all received bytes have been processed; true if no stream is open. */
    boolean pause();
  }

  public FrameReader(ConnectionInput input, Target target) {
    this.input = input;
    this.target = target;
  }

  /** The client's connection preface; must not be modified. */
  public static byte[] preface() {
    return PREFACE;
  }

  /** Reads the preface of a client. */
  public void readPreface() {
    input.fill(PREFACE.length);
    int at = input.position();
    if (!Arrays.equals(input.bytes(), at, at + PREFACE.length, PREFACE, 0, PREFACE.length)) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "preface");
    }
    input.skip(PREFACE.length);
  }

  /** Reads the peer's first frame, which must be SETTINGS. */
  public void readSettings() {
    next();
    if (frame.type() != Frame.SETTINGS || frame.has(Frame.ACK)) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "the first frame is not SETTINGS");
    }
    target.receive(frame);
  }

  /** Reads frames until the connection ends, which throws an exception. */
  public void readFrames() {
    while (true) {
      next();
      target.receive(frame);
    }
  }

  private void next() {
    await(Frame.HEADER);
    var bytes = input.bytes();
    int at = input.position();
    int length = (bytes[at] & 0xFF) << 16 | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF);
    if (length > Frame.MIN_MAX_SIZE) {
      throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, "frame of " + length);
    }
    await(Frame.HEADER + length);
    frame.set(input.bytes(), input.position(), length);
    input.skip(Frame.HEADER + length);
  }

  private void await(int length) {
    if (!input.has(length)) {
      if (target.pause()) {
        input.release();
      }
      input.fill(length);
    }
  }
}
