package dev.oneport.transport.http1.client;

import dev.oneport.transport.HeaderLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The content of a request, framed as its head announces. Each write is sent immediately. */
public final class RequestContent extends OutputStream {
  /** Sends bytes. */
  @FunctionalInterface
  interface Target {
    void write(byte[] bytes, int offset, int length) throws IOException;
  }

  private static final byte[] LINE_END = {'\r', '\n'};

  private final OriginRequest request;
  private final Target target;
  private final byte[] beginning;
  private List<HeaderLine> trailers = List.of();
  private long left;
  private volatile boolean complete;

  RequestContent(OriginRequest request, Target target, byte[] beginning) {
    this.request = request;
    this.target = target;
    this.beginning = beginning;
    this.left = Math.max(0, request.length());
    this.complete = !request.chunked() && left == 0;
  }

  /** Sends the head and the beginning of the content in one piece. */
  void begin() throws IOException {
    if (beginning.length == 0) {
      var head = request.bytes();
      target.write(head, 0, head.length);
      return;
    }
    var bytes = new ByteArrayOutputStream(512 + beginning.length);
    bytes.writeBytes(request.bytes());
    frame(bytes, beginning, 0, beginning.length);
    send(bytes);
  }

  private void send(ByteArrayOutputStream bytes) throws IOException {
    target.write(bytes.toByteArray(), 0, bytes.size());
  }

  private void frame(ByteArrayOutputStream into, byte[] bytes, int offset, int length)
      throws IOException {
    if (length == 0) {
      return;
    }
    if (request.chunked()) {
      into.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      into.write(bytes, offset, length);
      into.writeBytes(LINE_END);
      return;
    }
    if (length > left) {
      throw new IOException("more content than announced");
    }
    into.write(bytes, offset, length);
    left -= length;
    complete = left == 0;
  }

  boolean complete() {
    return complete;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    var framed = new ByteArrayOutputStream(length + 16);
    frame(framed, bytes, offset, length);
    send(framed);
  }

  /** Fields that follow the content if it is chunked, when this is closed. */
  public void trailers(List<HeaderLine> fields) {
    trailers = fields;
  }

  /** Completes the content. */
  @Override
  public void close() throws IOException {
    if (request.chunked() && !complete) {
      var end = "0\r\n" + OriginRequest.lines(trailers) + "\r\n";
      target.write(end.getBytes(StandardCharsets.ISO_8859_1), 0, end.length());
      complete = true;
    }
    if (!complete) {
      throw new IOException("less content than announced");
    }
  }
}
