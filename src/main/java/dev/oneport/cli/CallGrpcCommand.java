package dev.oneport.cli;

import dev.oneport.client.EchoClient.Ticks;
import dev.oneport.client.OnePortClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code oneport call grpc}. */
@Command(
    name = "grpc",
    description = {
      "Call the gRPC service Echo: Ping, or one of its streams.",
      "Watch and Chat go on over cut connections without losing or repeating a message."
    },
    footer = {
      "",
      "Examples:",
      "  oneport call grpc --dev-as alice@example.com --dev-roles caller",
      "  oneport call grpc --watch --count 10 --interval 100ms --token-file token.jwt",
      "  oneport call grpc --chat --stdin --server https://a.example --key key.json"
    })
final class CallGrpcCommand extends CallingCommand {
  @Mixin private Messages messages = new Messages();

  @ArgGroup(heading = "Streams, one of:%n")
  private @Nullable Kind kind;

  @Option(
      names = "--first",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "With --watch: begin with this one. Default: ${DEFAULT-VALUE}.")
  private long first;

  /** Which kind of call. */
  static final class Kind {
    @Option(
        names = "--watch",
        description =
            "The server sends numbered messages (Echo/Watch), without an end unless --count says"
                + " it.")
    boolean watch;

    @Option(
        names = "--collect",
        description = "The client sends, the server counts (Echo/Collect).")
    boolean collect;

    @Option(names = "--chat", description = "Both send, message by message (Echo/Chat).")
    boolean chat;
  }

  @Override
  void call(OnePortClient client, Results results) throws InterruptedException {
    var echo = client.echo();
    if (kind == null) {
      var answer = echo.ping(messages.message);
      results.print(answer, Results.JSON.createObjectBuilder().add("message", answer));
    } else if (kind.watch) {
      var ticks = new Ticks(first, messages.count(0), messages.interval);
      echo.watch(messages.message, ticks, results::print);
    } else if (kind.collect) {
      var collected = echo.collect(messages.all());
      results.print(
          collected.count() + " messages, " + collected.bytes() + " bytes",
          Results.JSON
              .createObjectBuilder()
              .add("count", collected.count())
              .add("bytes", collected.bytes()));
    } else {
      echo.chat(messages.iterator(), results::print);
    }
  }
}
