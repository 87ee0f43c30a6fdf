package dev.oneport.client;

import dev.oneport.client.Received.Ended;
import dev.oneport.client.Received.Got;
import dev.oneport.client.Received.Quiet;
import dev.oneport.echo.proto.ChatMessage;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.function.Function;

/** What Echo's numbered messages look like on gRPC and on WebSocket. */
final class EchoLinks {
  private EchoLinks() {}

  /** The method {@code Chat}: the number is a field of the message, both ways. */
  static Link chat(GrpcStream<ChatMessage, ChatMessage> stream) {
    return new Link() {
      @Override
      public boolean send(Outbox.Numbered message) throws InterruptedException {
        return stream.send(
            ChatMessage.newBuilder()
                .setNumber(message.number())
                .setMessage(message.text())
                .build());
      }

      @Override
      public void finish() {
        stream.finish();
      }

      @Override
      public Received<Answer> receive(Duration longest) throws InterruptedException {
        return map(
            stream.receive(longest), answer -> new Answer(answer.getNumber(), answer.getMessage()));
      }

      @Override
      public void close() {
        stream.close();
      }
    };
  }

  /**
   * The WebSocket: the number is a member {@code number} of the object sent, which comes back in
   * {@code request}.
   */
  static Link webSocket(TextSocket socket) {
    return new Link() {
      @Override
      public boolean send(Outbox.Numbered message) throws InterruptedException {
        return socket.send(
            JsonText.PROVIDER
                .createObjectBuilder()
                .add("message", message.text())
                .add("number", message.number())
                .build()
                .toString());
      }

      @Override
      public void finish() throws InterruptedException {
        socket.finish();
      }

      @Override
      public Received<Answer> receive(Duration longest) throws InterruptedException {
        return map(socket.receive(longest), EchoLinks::answer);
      }

      @Override
      public void close() {
        socket.close();
      }
    };
  }

  private static Answer answer(String text) {
    var object =
        JsonText.object(text)
            .orElseThrow(
                () ->
                    CallFailed.of(
                        Problem.NOT_ECHO,
                        "the socket sent '" + ForeignText.line(text) + "', which is not JSON"));
    JsonText.text(object, "error")
        .ifPresent(
            error -> {
              throw CallFailed.of(Problem.BAD_REQUEST, ForeignText.line(error));
            });
    return new Answer(number(object), JsonText.text(object, "message").orElse(""));
  }

  private static long number(JsonObject answer) {
    return answer.get("request") instanceof JsonObject request
            && request.get("number") instanceof JsonNumber number
        ? number.longValue()
        : Answer.UNNUMBERED;
  }

  private static <A, B> Received<B> map(Received<A> received, Function<A, B> function) {
    return switch (received) {
      case Got<A>(var message) -> new Got<>(function.apply(message));
      case Quiet<A>() -> new Quiet<>();
      case Ended<A>() -> new Ended<>();
    };
  }
}
