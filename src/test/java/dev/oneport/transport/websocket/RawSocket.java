package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.transport.http1.RawHttp;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that sends what it is told to; reads give up after 20 seconds. */
final class RawSocket implements AutoCloseable {
  private final RawHttp http;
  private final DataInputStream in;

  private RawSocket(RawHttp http) {
    this.http = http;
    this.in = new DataInputStream(http.in());
  }

  static RawSocket open(int port, String path) throws IOException {
    return open(port, path, "", 0);
  }

  /** Opens a socket with further headers, each ended by CRLF. */
  static RawSocket open(int port, String path, String headers, int receiveBuffer)
      throws IOException {
    var http = RawHttp.connect(port, receiveBuffer);
    http.send(request(path, headers));
    var response = http.read();
    assertEquals(101, response.status());
    assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", response.header("sec-websocket-accept"));
    return new RawSocket(http);
  }

  static String request(String path, String headers) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        + headers
        + "\r\n";
  }

  RawSocket send(RawFrame... frames) throws IOException {
    for (var frame : frames) {
      send(frame.masked());
    }
    return this;
  }

  RawSocket send(byte[] bytes) throws IOException {
    http.send(bytes);
    return this;
  }

  /** Reads the next frame, which must not be masked. */
  RawFrame read() throws IOException {
    var first = in.readUnsignedByte();
    var second = in.readUnsignedByte();
    assertEquals(0, second & 0x80, "a server does not mask");
    var length =
        switch (second) {
          case 126 -> in.readUnsignedShort();
          case 127 -> Math.toIntExact(in.readLong());
          default -> second;
        };
    var payload = new byte[length];
    in.readFully(payload);
    return new RawFrame(first, new String(payload, StandardCharsets.ISO_8859_1));
  }

  /** Sends the same close frame back and nothing more, if the server still listens. */
  void answerClose(RawFrame frame) throws IOException {
    try {
      send(frame);
      http.socket().shutdownOutput();
    } catch (SocketException _) {
      // it does not
    }
  }

  /** True if the server ends the connection without another byte. */
  boolean ended() throws IOException {
    return http.ended();
  }

  /** Reads and drops everything up to the end. */
  void drain() throws IOException {
    try {
      while (true) {
        read();
      }
    } catch (EOFException | SocketException _) {
      // it has ended
    }
  }

  void reset() throws IOException {
    http.reset();
  }

  RawHttp http() {
    return http;
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
