package dev.oneport.cli;

import dev.oneport.client.Answer;
import dev.oneport.client.EchoClient;
import dev.oneport.client.EchoClient.Ticks;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code oneport call grpc}. */
@Command(
    name = "grpc",
    description = {
      "Call the gRPC service Echo: Ping, or one of its streams.",
      "Watch and Chat go on over cut connections without losing or repeating a message."
    },
    exitCodeListHeading = CallCommand.CODES,
    exitCodeList = {
      CallCommand.DONE,
      CallCommand.FAILED,
      CallCommand.WRONG,
      CallCommand.UNREACHABLE,
      CallCommand.UNAUTHENTICATED,
      CallCommand.NOT_ALLOWED,
      CallCommand.NOT_THE_SERVER
    },
    footer = {
      "",
      "Examples:",
      "  oneport call grpc --dev-as alice@example.com --dev-roles caller",
      "  oneport call grpc --watch --count 10 --interval 100ms --token-file token.jwt",
      "  oneport call grpc --chat --stdin --server https://echo-abc.a.run.app --key key.json --json"
    })
final class CallGrpcCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CallOptions options = new CallOptions();
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
    @Option(names = "--watch", description = "The server sends numbered messages (Echo/Watch).")
    boolean watch;

    @Option(
        names = "--collect",
        description = "The client sends, the server counts (Echo/Collect).")
    boolean collect;

    @Option(names = "--chat", description = "Both send, message by message (Echo/Chat).")
    boolean chat;
  }

  @Override
  public Integer call() throws InterruptedException {
    return CallRun.run(
        spec.commandLine(), options, (client, results) -> call(client.echo(), results));
  }

  private void call(EchoClient echo, Results results) throws InterruptedException {
    if (kind == null) {
      var answer = echo.ping(messages.message);
      results.print(answer, Results.JSON.createObjectBuilder().add("message", answer));
    } else if (kind.watch) {
      var ticks = new Ticks(first, messages.count(0), messages.interval);
      echo.watch(messages.message, ticks, answer -> print(answer, results));
    } else if (kind.collect) {
      var collected = echo.collect(messages.all());
      results.print(
          collected.count() + " messages, " + collected.bytes() + " bytes",
          Results.JSON
              .createObjectBuilder()
              .add("count", collected.count())
              .add("bytes", collected.bytes()));
    } else {
      echo.chat(messages.iterator(), answer -> print(answer, results));
    }
  }

  static void print(Answer answer, Results results) {
    results.print(
        answer.number() + " " + answer.text(),
        Results.JSON
            .createObjectBuilder()
            .add("number", answer.number())
            .add("message", answer.text()));
  }
}
