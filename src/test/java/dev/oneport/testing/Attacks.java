package dev.oneport.testing;

import static dev.oneport.testing.Http2Bytes.block;
import static dev.oneport.testing.Http2Bytes.frame;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Attacks by hostile clients on one local port, each short and bounded. */
public final class Attacks {
  private static final byte[] BEGIN =
      join(Http2Bytes.PREFACE.getBytes(StandardCharsets.US_ASCII), frame(4, 0, 0));
  private static final byte[] GET =
      block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "x");
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int CONTINUATION = 9;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** Open at once on one connection; the server allows a thousand. */
  private static final int STREAMS = 900;

  private final int port;

  public Attacks(int port) {
    this.port = port;
  }

  public int port() {
    return port;
  }

  /** Request heads that arrive byte by byte, on many connections. */
  public void slowloris() throws Exception {
    var sockets = connect(500);
    try {
      for (int i = 0; i < 20; i++) {
        for (var socket : sockets) {
          quietly(() -> socket.getOutputStream().write('X'));
        }
        Thread.sleep(Duration.ofMillis(150));
      }
    } finally {
      close(sockets);
    }
  }

  /** Streams that are reset as soon as they are opened (CVE-2023-44487). */
  public void rapidReset() {
    flood(
        4,
        30_000,
        n ->
            join(
                frame(HEADERS, END_HEADERS, 2 * n + 1, GET),
                frame(RST_STREAM, 0, 2 * n + 1, new byte[] {0, 0, 0, 8})));
  }

  public void pings() {
    flood(4, 100_000, _ -> frame(PING, 0, 0, new byte[8]));
  }

  public void settings() {
    flood(4, 100_000, _ -> frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 1, 0, 0}));
  }

  /** A header block that never ends. */
  public void continuations() {
    var piece = new byte[16 << 10];
    flood(4, 20_000, n -> n == 0 ? frame(HEADERS, 0, 1, GET) : frame(CONTINUATION, 0, 1, piece));
  }

  /** Messages that announce two gigabytes. */
  public void hugeLengths() {
    flood(
        4,
        900,
        n ->
            join(
                call(2 * n + 1, "/Echo/Collect"),
                frame(
                    DATA,
                    0,
                    2 * n + 1,
                    new byte[] {0, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff})));
  }

  /** Messages of a few kilobytes that decompress to a hundred megabytes. */
  public void bombs() throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      var zeros = new byte[1 << 20];
      for (int i = 0; i < 12; i++) {
        gzip.write(zeros);
      }
    }
    var message =
        join(
            new byte[] {1},
            ByteBuffer.allocate(4).putInt(packed.size()).array(),
            packed.toByteArray());
    flood(
        4,
        300,
        n ->
            join(
                call(2 * n + 1, "/Echo/Ping", "grpc-encoding", "gzip"),
                frame(DATA, END_STREAM, 2 * n + 1, message)));
  }

  /** Answers that nobody reads: pipelined on HTTP/1.1, a fast stream on gRPC. */
  public void neverReads() throws Exception {
    var sockets = connect(20);
    var request =
        "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n".repeat(500).getBytes(StandardCharsets.US_ASCII);
    var watch =
        new byte[] {
          0, 0, 0, 0, 8, 0x10, (byte) 0x80, (byte) 0x94, (byte) 0xeb, (byte) 0xdc, 3, 0x18, 0
        };
    try {
      for (int i = 0; i < sockets.size(); i++) {
        var socket = sockets.get(i);
        boolean grpc = i % 2 == 0;
        Thread.ofVirtual()
            .start(
                () ->
                    quietly(
                        () -> {
                          var out = socket.getOutputStream();
                          if (grpc) {
                            out.write(
                                join(
                                    BEGIN,
                                    frame(8, 0, 0, new byte[] {0x3f, 0, 0, 0}),
                                    call(1, "/Echo/Watch"),
                                    frame(DATA, END_STREAM, 1, watch)));
                          } else {
                            for (int n = 0; n < 2_000; n++) {
                              out.write(request);
                            }
                          }
                        }));
      }
      Thread.sleep(Duration.ofSeconds(4));
    } finally {
      close(sockets);
    }
  }

  /** A message in fragments that never ends, on many sockets. */
  public void endlessFragments() throws Exception {
    var handshake =
        "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    var fragment =
        join(new byte[] {0, (byte) 0xfe, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0}, new byte[0xffff]);
    var sockets = connect(50);
    try {
      for (var socket : sockets) {
        quietly(
            () -> {
              var out = socket.getOutputStream();
              out.write(handshake);
              out.write(new byte[] {1, (byte) 0x80, 0, 0, 0, 0});
              for (int n = 0; n < 40; n++) {
                out.write(fragment);
              }
            });
      }
    } finally {
      close(sockets);
    }
  }

  /** A body beyond the limit, with and without an announced length. */
  public void hugeBodies() throws Exception {
    var sockets = connect(20);
    var piece =
        join(
            "10000\r\n".getBytes(StandardCharsets.US_ASCII),
            new byte[1 << 16],
            "\r\n".getBytes(StandardCharsets.US_ASCII));
    try {
      for (var socket : sockets) {
        quietly(
            () -> {
              var out = socket.getOutputStream();
              out.write(
                  "POST /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII));
              for (int n = 0; n < 1_000; n++) {
                out.write(piece);
              }
            });
      }
    } finally {
      close(sockets);
    }
  }

  /** Ten thousand silent connections. */
  public void connections() throws Exception {
    var open = new ArrayList<SocketChannel>();
    try {
      for (int i = 0; i < 10_000; i++) {
        open.add(SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
      }
      Thread.sleep(Duration.ofSeconds(1));
    } finally {
      for (var channel : open) {
        channel.close();
      }
    }
  }

  /** Bodies of HTTP requests and messages of gRPC streams that arrive byte by byte. */
  public void slowBodies() throws Exception {
    var sockets = connect(104);
    var post =
        "POST /Echo/Ping HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    var grpc = sockets.subList(0, 4);
    var http = sockets.subList(4, sockets.size());
    try {
      http.forEach(socket -> quietly(() -> socket.getOutputStream().write(post)));
      open(grpc, "/Echo/Collect", new byte[] {0, 0, 0, 3, (byte) 0xe7}, 0);
      for (int i = 0; i < 20; i++) {
        http.forEach(socket -> quietly(() -> socket.getOutputStream().write(' ')));
        for (int n = 0; n < STREAMS; n++) {
          var drip = frame(DATA, 0, 2 * n + 1, new byte[1]);
          grpc.forEach(socket -> quietly(() -> socket.getOutputStream().write(drip)));
        }
        Thread.sleep(Duration.ofMillis(150));
      }
      for (var socket : http) {
        check(socket.getInputStream().available() == 0, "a request was answered");
      }
      for (var socket : grpc) {
        check(received(socket, HEADERS) == 0, "a call was answered");
      }
    } finally {
      close(sockets);
    }
  }

  /** Streams that watch the server's health, which never changes. */
  public void healthWatchers() throws Exception {
    var sockets = connect(4);
    try {
      open(sockets, "/grpc.health.v1.Health/Watch", new byte[5], END_STREAM);
      Thread.sleep(Duration.ofSeconds(3));
      for (var socket : sockets) {
        check(received(socket, DATA) == STREAMS, "not every watcher heard of the present state");
      }
    } finally {
      close(sockets);
    }
  }

  /** Fails if the server refused the attack from the start, because that would prove nothing. */
  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }

  /** The number of frames of a type received so far. */
  private static int received(Socket socket, int type) throws IOException {
    var in = socket.getInputStream();
    var bytes = ByteBuffer.wrap(in.readNBytes(in.available()));
    int count = 0;
    while (bytes.remaining() >= 9) {
      int head = bytes.getInt();
      count += (head & 0xFF) == type ? 1 : 0;
      bytes.position(Math.min(bytes.limit(), bytes.position() + 5 + (head >>> 8)));
    }
    return count;
  }

  /** Opens many streams on each of a few connections, each with the given bytes. */
  private static void open(List<Socket> sockets, String path, byte[] data, int flags) {
    for (var socket : sockets) {
      quietly(
          () -> {
            var out = socket.getOutputStream();
            out.write(BEGIN);
            for (int n = 0; n < STREAMS; n++) {
              out.write(join(call(2 * n + 1, path), frame(DATA, flags, 2 * n + 1, data)));
            }
          });
    }
  }

  private interface Step {
    byte[] frame(int n);
  }

  private interface Io {
    void run() throws IOException;
  }

  /**
   * Sends frames as fast as possible, until that many were sent or the server ends the connection.
   */
  private void flood(int connections, int count, Step step) {
    for (int c = 0; c < connections; c++) {
      quietly(
          () -> {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
              var out = socket.getOutputStream();
              out.write(BEGIN);
              Thread.ofVirtual()
                  .start(
                      () ->
                          quietly(
                              () ->
                                  socket
                                      .getInputStream()
                                      .transferTo(ByteArrayOutputStream.nullOutputStream())));
              for (int n = 0; n < count; n++) {
                out.write(step.frame(n));
              }
            }
          });
    }
  }

  /** The head of a gRPC call. */
  private static byte[] call(int stream, String path, String... more) {
    var fields =
        new ArrayList<>(
            List.of(
                ":method",
                "POST",
                ":scheme",
                "http",
                ":path",
                path,
                ":authority",
                "x",
                "content-type",
                "application/grpc",
                "te",
                "trailers"));
    fields.addAll(List.of(more));
    return frame(HEADERS, END_HEADERS, stream, block(fields.toArray(String[]::new)));
  }

  private static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    List.of(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  private List<Socket> connect(int count) throws IOException {
    var sockets = new ArrayList<Socket>();
    for (int i = 0; i < count; i++) {
      sockets.add(new Socket(InetAddress.getLoopbackAddress(), port));
    }
    return sockets;
  }

  private static void close(List<Socket> sockets) {
    sockets.forEach(socket -> quietly(socket::close));
  }

  /** Runs an attack, ignoring errors when the server ends its connection. */
  private static void quietly(Io io) {
    try {
      io.run();
    } catch (IOException e) {
      // The server ended the connection, as it should.
    }
  }
}
