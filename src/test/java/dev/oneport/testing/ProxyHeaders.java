package dev.oneport.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** Headers of the PROXY protocol as bytes. */
public final class ProxyHeaders {
  private static final byte[] SIGNATURE =
      "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);

  private ProxyHeaders() {}

  /** A line of version 1 without its CRLF. */
  public static byte[] line(String line) {
    return (line + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Version 2 from a client, with these bytes behind the addresses. */
  public static byte[] version2(String client, int port, byte... behind) {
    try {
      var source = InetAddress.getByName(client).getAddress();
      var body = new ByteArrayOutputStream();
      body.write(source);
      body.write(new byte[source.length]);
      body.write(new byte[] {(byte) (port >> 8), (byte) port, 0, 80});
      body.write(behind);
      return version2(0x21, source.length == 4 ? 0x11 : 0x21, body.toByteArray());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Version 2 with this command and kind of address. */
  public static byte[] version2(int command, int kind, byte[] body) {
    return version2(command, kind, body.length, body);
  }

  /** The same with a length that may not be that of the body. */
  public static byte[] version2(int command, int kind, int length, byte[] body) {
    var header = new ByteArrayOutputStream();
    header.writeBytes(SIGNATURE);
    header.write(command);
    header.write(kind);
    header.write(length >> 8);
    header.write(length);
    header.writeBytes(body);
    return header.toByteArray();
  }
}
