package dev.oneport.cli;

import dev.oneport.client.CallFailed;
import dev.oneport.client.Connection;
import dev.oneport.client.OnePortClient;
import dev.oneport.client.Problem;
import dev.oneport.client.Received.Ended;
import dev.oneport.client.Received.Got;
import dev.oneport.client.Received.Quiet;
import dev.oneport.client.SocketMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to any service over a WebSocket, and prints the messages received. Opening the
 * socket is retried by the rules; once it is open, nothing is sent twice.
 */
final class SocketCall {
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final List<Data> data;
  private final boolean binary;
  private final @Nullable Integer wanted;
  private final Duration timeout;

  /**
   * A call.
   *
   * @param wanted how many messages to receive; 0 for all until the server closes the socket, null
   *     for one per message sent
   * @param timeout for each message to receive
   */
  SocketCall(List<String> data, boolean binary, @Nullable Integer wanted, Duration timeout) {
    this.data = data.stream().map(Data::new).toList();
    this.binary = binary;
    this.wanted = wanted;
    this.timeout = timeout;
  }

  void make(OnePortClient client, String path, Results results) throws InterruptedException {
    try (var socket = client.retry(false, attempt -> attempt.openSocket(path))) {
      var messages = messages().iterator();
      while (messages.hasNext() && socket.send(messages.next())) {
        // By default, each message's answer arrives before the next message is read and sent.
        if (wanted == null && !receiveOne(socket, results)) {
          return;
        }
      }
      if (wanted != null) {
        long received = 0;
        while ((wanted == 0 || received < wanted) && receiveOne(socket, results)) {
          received++;
        }
      }
      socket.finish();
      socket.receive(GOODBYE);
    }
  }

  private Stream<SocketMessage> messages() {
    return binary
        ? data.stream().map(each -> SocketMessage.binary(ByteBuffer.wrap(each.bytes())))
        : data.stream().flatMap(Data::texts).map(SocketMessage::text);
  }

  /** Receives and prints one message; false if the server closed the socket. */
  private boolean receiveOne(Connection<SocketMessage, SocketMessage> socket, Results results)
      throws InterruptedException {
    while (true) {
      switch (socket.receive(timeout)) {
        case Got<SocketMessage>(var message) -> {
          print(message, results);
          return true;
        }
        case Ended<SocketMessage>() -> {
          if (wanted == null || wanted > 0) {
            throw CallFailed.of(
                Problem.CLOSED, "the socket was closed before all expected messages arrived");
          }
          return false;
        }
        case Quiet<SocketMessage>() -> {
          if (wanted == null || wanted > 0) {
            throw CallFailed.of(Problem.TIMED_OUT, "");
          }
        }
      }
    }
  }

  private static void print(SocketMessage message, Results results) {
    switch (message) {
      case SocketMessage.Text(var text) ->
          results.print(text, Results.JSON.createObjectBuilder().add("text", text));
      case SocketMessage.Binary(var content) -> {
        var bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        var base64 = Base64.getEncoder().encodeToString(bytes);
        results.print(base64, Results.JSON.createObjectBuilder().add("binary", base64));
      }
    }
  }
}
