package dev.oneport.sample.tool;

import dev.oneport.client.Attempt;
import dev.oneport.client.CallFailed;
import dev.oneport.client.Connection;
import dev.oneport.client.ForeignText;
import dev.oneport.client.JsonText;
import dev.oneport.client.Problem;
import dev.oneport.client.Received;
import dev.oneport.client.Received.Ended;
import dev.oneport.client.Received.Got;
import dev.oneport.client.Received.Quiet;
import dev.oneport.client.SocketMessage;
import dev.oneport.sample.proto.ChatMessage;
import dev.oneport.sample.proto.EchoGrpc;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.function.Function;

/** Maps Echo's numbered messages to gRPC and to WebSocket. */
final class EchoLinks {
  private EchoLinks() {}

  /** The method {@code Chat}: the number is a field of the message, both ways. */
  static Conversation.Link chat(Attempt attempt) throws InterruptedException {
    return link(
        attempt.open(EchoGrpc.getChatMethod()),
        message ->
            ChatMessage.newBuilder().setNumber(message.number()).setMessage(message.text()).build(),
        answer -> new Answer(answer.getNumber(), answer.getMessage()));
  }

  /**
   * The WebSocket: the number is the member {@code number} of the request object, which the answer
   * repeats as {@code request}.
   */
  static Conversation.Link webSocket(Attempt attempt, String path) throws InterruptedException {
    return link(
        attempt.openSocket(path),
        message ->
            SocketMessage.text(
                JsonText.PROVIDER
                    .createObjectBuilder()
                    .add("message", message.text())
                    .add("number", message.number())
                    .build()
                    .toString()),
        EchoLinks::answer);
  }

  private static <Q, R> Conversation.Link link(
      Connection<Q, R> connection,
      Function<Outbox.Numbered, Q> request,
      Function<R, Answer> answer) {
    return new Conversation.Link() {
      @Override
      public boolean send(Outbox.Numbered message) throws InterruptedException {
        return connection.send(request.apply(message));
      }

      @Override
      public void finish() throws InterruptedException {
        connection.finish();
      }

      @Override
      public Received<Answer> receive(Duration longest) throws InterruptedException {
        return switch (connection.receive(longest)) {
          case Got<R>(var message) -> new Got<>(answer.apply(message));
          case Quiet<R>() -> new Quiet<>();
          case Ended<R>() -> new Ended<>();
        };
      }

      @Override
      public void close() {
        connection.close();
      }
    };
  }

  private static Answer answer(SocketMessage message) {
    return switch (message) {
      case SocketMessage.Text(var text) -> answer(text);
      case SocketMessage.Binary _ -> throw notEcho("a binary message");
    };
  }

  private static Answer answer(String text) {
    var object =
        JsonText.object(text).orElseThrow(() -> notEcho("'" + ForeignText.line(text) + "'"));
    JsonText.text(object, "error")
        .ifPresent(
            error -> {
              throw CallFailed.of(Problem.BAD_REQUEST, ForeignText.line(error));
            });
    return new Answer(number(object), JsonText.text(object, "message").orElse(""));
  }

  private static CallFailed notEcho(String sent) {
    return CallFailed.of(
        Problem.UNEXPECTED_ANSWER, "the socket sent " + sent + ", which is not JSON as Echo sends");
  }

  private static long number(JsonObject answer) {
    return answer.get("request") instanceof JsonObject request
            && request.get("number") instanceof JsonNumber number
        ? number.longValue()
        : Answer.UNNUMBERED;
  }
}
