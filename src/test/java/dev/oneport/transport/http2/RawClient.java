package dev.oneport.transport.http2;

import dev.oneport.testing.Http2Bytes;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.hpack.HeaderField;
import dev.oneport.transport.http2.hpack.HpackDecoder;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An HTTP/2 client that sends exactly what a test wants, right or wrong, and shows each frame that
 * comes back. Answers SETTINGS and PING by itself unless told not to; waits ten seconds at most.
 */
public final class RawClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final HpackDecoder decoder = new HpackDecoder(1 << 20);
  private boolean answering = true;

  private RawClient(Socket connected) throws IOException {
    socket = connected;
    socket.setSoTimeout((int) PATIENCE.toMillis());
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** Without a preface; over TLS, HTTP/2 is negotiated. */
  public static RawClient bare(int port) {
    try {
      return new RawClient(TestTls.connect(new Socket(), port, "h2"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The other way round: a server on a connection that was accepted, once its client has greeted.
   */
  public static RawClient serving(Socket accepted) {
    try {
      var server = new RawClient(accepted);
      var _ = server.in.readNBytes(Http2Bytes.PREFACE.length());
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With preface and the given settings: id, value, id, value... */
  public static RawClient connect(int port, int... settings) {
    var client = bare(port);
    client.bytes(Http2Bytes.PREFACE.getBytes(StandardCharsets.US_ASCII));
    client.settings(settings);
    return client;
  }

  /** By an upgrade from HTTP/1.1: the request becomes stream 1. */
  public static RawClient upgrade(int port, String request, String... headers) {
    var client = bare(port);
    client.bytes(
        (request
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                + "Upgrade: h2c\r\nHTTP2-Settings: AAQAAP__\r\n"
                + Stream.of(headers).map(line -> line + "\r\n").collect(Collectors.joining())
                + "\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    var answer = client.line();
    if (!answer.startsWith("HTTP/1.1 101")) {
      throw new AssertionError(answer);
    }
    while (!client.line().isEmpty()) {}
    client.bytes(Http2Bytes.PREFACE.getBytes(StandardCharsets.US_ASCII));
    return client.settings();
  }

  /** A line of HTTP/1.1. */
  public String line() {
    try {
      var line = new StringBuilder();
      for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
        line.append((char) c);
      }
      return line.toString().strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RawClient silent() {
    answering = false;
    return this;
  }

  public RawClient bytes(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public RawClient frame(int type, int flags, int stream, byte... payload) {
    return bytes(Http2Bytes.frame(type, flags, stream, payload));
  }

  public RawClient settings(int... settings) {
    var payload = ByteBuffer.allocate(settings.length * 3);
    for (int i = 0; i < settings.length; i += 2) {
      payload.putShort((short) settings[i]).putInt(settings[i + 1]);
    }
    return frame(Frame.SETTINGS, 0, 0, payload.array());
  }

  public RawClient headers(int stream, boolean end, String... namesAndValues) {
    var block = Http2Bytes.block(namesAndValues);
    int type = Frame.HEADERS;
    int flags = end ? Frame.END_STREAM : 0;
    int from = 0;
    for (; block.length - from > Frame.MIN_MAX_SIZE; from += Frame.MIN_MAX_SIZE) {
      frame(type, flags, stream, Arrays.copyOfRange(block, from, from + Frame.MIN_MAX_SIZE));
      type = Frame.CONTINUATION;
      flags = 0;
    }
    var last = Arrays.copyOfRange(block, from, block.length);
    return frame(type, flags | Frame.END_HEADERS, stream, last);
  }

  public RawClient get(int stream, String path, String... more) {
    return request(stream, true, "GET", path, more);
  }

  public RawClient post(int stream, String path, String... more) {
    return request(stream, false, "POST", path, more);
  }

  public RawClient request(int stream, boolean end, String method, String path, String... more) {
    var fields =
        new ArrayList<>(
            List.of(
                ":method", method, ":scheme", "http", ":path", path, ":authority", "localhost"));
    fields.addAll(List.of(more));
    return headers(stream, end, fields.toArray(String[]::new));
  }

  /** The head of a gRPC call. */
  public RawClient call(int stream, String path, String... more) {
    var fields = new ArrayList<>(List.of("content-type", "application/grpc", "te", "trailers"));
    fields.addAll(List.of(more));
    return post(stream, path, fields.toArray(String[]::new));
  }

  public RawClient data(int stream, boolean end, byte... payload) {
    return frame(Frame.DATA, end ? Frame.END_STREAM : 0, stream, payload);
  }

  /** A gRPC message as DATA. */
  public RawClient message(int stream, boolean end, byte... message) {
    return data(stream, end, framed(0, message));
  }

  public static byte[] framed(int flags, byte... message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flags)
        .putInt(message.length)
        .put(message)
        .array();
  }

  public RawClient reset(int stream, ErrorCode code) {
    return frame(Frame.RST_STREAM, 0, stream, int32(code.code()));
  }

  public RawClient windowUpdate(int stream, int increment) {
    return frame(Frame.WINDOW_UPDATE, 0, stream, int32(increment));
  }

  public static byte[] int32(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** The next frame; empty at the connection's end. */
  public Optional<RawFrame> next() {
    try {
      var frame = read();
      if (answering && !frame.isAck()) {
        if (frame.is(Frame.SETTINGS)) {
          frame(Frame.SETTINGS, Frame.ACK, 0);
        } else if (frame.is(Frame.PING)) {
          frame(Frame.PING, Frame.ACK, 0, frame.payload());
        }
      }
      return Optional.of(frame);
    } catch (EOFException | SocketException _) {
      return Optional.empty();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no frame within " + PATIENCE, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RawFrame read() throws IOException {
    int lengthAndType = in.readInt();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    var payload = new byte[lengthAndType >>> 8];
    in.readFully(payload);
    return new RawFrame(lengthAndType & 0xFF, flags, stream, payload);
  }

  /** Reads on until such a frame comes; fails at the connection's end. */
  public RawFrame await(Predicate<RawFrame> wanted) {
    while (true) {
      var frame =
          next().orElseThrow(() -> new AssertionError("the connection ended before the frame"));
      if (wanted.test(frame)) {
        return frame;
      }
      if (frame.is(Frame.HEADERS)) {
        // Keeps the decoder's table in step.
        decode(frame);
      }
    }
  }

  public RawFrame awaitType(int type) {
    return await(frame -> frame.is(type));
  }

  public RawFrame awaitReset(int stream) {
    return await(frame -> frame.is(Frame.RST_STREAM) && frame.stream() == stream);
  }

  /** Reads on to the end of the connection; the last GOAWAY. */
  public Optional<RawFrame> awaitEnd() {
    Optional<RawFrame> goAway = Optional.empty();
    var frame = next();
    while (frame.isPresent()) {
      if (frame.get().is(Frame.GOAWAY)) {
        goAway = frame;
      }
      frame = next();
    }
    return goAway;
  }

  /** All of one stream's response, up to its end or its reset. */
  public RawResponse response(int stream) {
    var response = new RawResponse();
    while (!response.isOver()) {
      var frame = next().orElseThrow(() -> new AssertionError("the connection ended: " + response));
      if (frame.is(Frame.GOAWAY) && frame.code() != ErrorCode.NO_ERROR) {
        throw new AssertionError("GOAWAY " + frame.code() + ": " + response);
      }
      if (frame.is(Frame.HEADERS)) {
        var fields = decode(frame);
        if (frame.stream() == stream) {
          response.headers(fields, frame.endsStream());
        }
      } else if (frame.stream() == stream) {
        response.add(frame);
      }
    }
    return response;
  }

  /** Whether the server still answers on this connection. */
  public boolean isAlive() {
    try {
      frame(Frame.PING, 0, 0, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    } catch (UncheckedIOException _) {
      return false;
    }
    while (true) {
      var frame = next();
      if (frame.isEmpty() || frame.get().is(Frame.GOAWAY)) {
        return false;
      }
      if (frame.get().is(Frame.PING) && frame.get().isAck()) {
        return true;
      }
      if (frame.get().is(Frame.HEADERS)) {
        decode(frame.get());
      }
    }
  }

  /** The fields of a HEADERS frame: each must be decoded, in its order. */
  public List<HeaderField> decode(RawFrame frame) {
    var list = decoder.decode(frame.payload(), 0, frame.payload().length);
    var fields = new ArrayList<HeaderField>();
    for (int i = 0; i < list.count(); i++) {
      fields.add(list.get(i));
    }
    return fields;
  }

  public Socket socket() {
    return socket;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
