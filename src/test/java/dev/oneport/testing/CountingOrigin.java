package dev.oneport.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.oneport.transport.websocket.OriginSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/**
 * Does the same over HTTP and WebSocket: counts the id that a request's content, or a message, has,
 * and then answers {@link #DONE}.
 */
public final class CountingOrigin {
  public static final String DONE = "done";

  private static final int TEXT = 0x81;
  private static final int CLOSE = 0x88;
  private static final int NORMAL = 1000;

  private CountingOrigin() {}

  /** Starts one at a port that must be free; 0 for any. */
  public static Origin at(int port, Consumer<String> count) {
    return Origin.at(
        port,
        (request, in, out) -> {
          if (!request.values("upgrade").isEmpty()) {
            socket(request, in, out, count);
            return false;
          }
          count.accept(new String(request.content(in), UTF_8));
          Origin.write(out, Origin.response(200, DONE));
          return true;
        });
  }

  private static void socket(
      Origin.Request request, InputStream in, OutputStream out, Consumer<String> count)
      throws IOException {
    Origin.write(
        out,
        "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n"
            .formatted(OriginSocket.accept(request.values("sec-websocket-key").getFirst())));
    while (true) {
      int first = in.read();
      // Ids are shorter than 126 bytes.
      int length = in.read() & 0x7F;
      var mask = in.readNBytes(4);
      var payload = in.readNBytes(length);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      if (first == TEXT) {
        count.accept(new String(payload, UTF_8));
        out.write(ServerFrame.text(DONE));
      } else if (first == CLOSE) {
        out.write(ServerFrame.close(NORMAL, ""));
        return;
      } else if (first < 0) {
        return;
      }
    }
  }
}
