import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Says what a Redis without revocations says to OnePort, so that the training needs none. It speaks
 * RESP3, and knows only the commands that servers and {@code oneport revoke} send.
 */
final class TrainingRedis implements AutoCloseable {
  private static final String OK = "+OK\r\n";

  private final ServerSocket listener;

  private TrainingRedis(ServerSocket listener) {
    this.listener = listener;
  }

  static TrainingRedis start() throws IOException {
    var redis = new TrainingRedis(new ServerSocket(0, 16, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(redis::accept);
    return redis;
  }

  /** What goes before the rest of the configuration. */
  String configuration() {
    return "shared: { redis: \"redis://127.0.0.1:" + listener.getLocalPort() + "\" }\n";
  }

  private void accept() {
    try {
      while (true) {
        var socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // The training is over.
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      var out = socket.getOutputStream();
      while (true) {
        var words = new String[number(in)];
        for (int i = 0; i < words.length; i++) {
          words[i] = new String(in.readNBytes(number(in)), StandardCharsets.UTF_8);
          in.readNBytes("\r\n".length());
        }
        answer(words, out);
      }
    } catch (IOException _) {
      // The server has ended, or this training.
    }
  }

  /** The number of a line such as {@code *3} or {@code $11}. */
  private static int number(DataInputStream in) throws IOException {
    in.readByte();
    int number = 0;
    for (byte digit = in.readByte(); digit != '\r'; digit = in.readByte()) {
      number = 10 * number + digit - '0';
    }
    in.readByte();
    return number;
  }

  private static void answer(String[] words, OutputStream out) throws IOException {
    var answer =
        switch (words[0]) {
          case "HELLO" ->
              "%4\r\n+server\r\n+redis\r\n+version\r\n+7.0.0\r\n+proto\r\n:3\r\n+mode\r\n+standalone\r\n";
          case "PING" -> "+PONG\r\n";
          case "GETRANGE" -> "$0\r\n\r\n";
          case "SUBSCRIBE" -> ">3\r\n+subscribe\r\n+" + words[1] + "\r\n:1\r\n";
          // No revocations; or that the first one was added.
          case "EVAL" ->
              words[1].contains("ZREVRANGE")
                  ? "*5\r\n$0\r\n\r\n:0\r\n:0\r\n:0\r\n*0\r\n"
                  : ":1\r\n";
          default -> OK;
        };
    out.write(answer.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
