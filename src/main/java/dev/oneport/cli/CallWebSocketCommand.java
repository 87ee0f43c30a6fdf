package dev.oneport.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code oneport call ws}. */
@Command(
    name = "ws",
    description = {
      "Send messages over a WebSocket and print their answers.",
      "It goes on over cut connections without losing or repeating an answer."
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
      "  oneport call ws --dev-as alice@example.com --dev-roles caller",
      "  oneport call ws --count 0 --interval 5s --server wss://echo-abc.a.run.app --key key.json",
      "  tail -f log | oneport call ws --stdin --token-file token.jwt --json"
    })
final class CallWebSocketCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CallOptions options = new CallOptions();
  @Mixin private Messages messages = new Messages();

  @Option(
      names = "--path",
      paramLabel = "PATH",
      defaultValue = "/ws",
      description = "Where the socket is. Default: ${DEFAULT-VALUE}.")
  private String path = "/ws";

  @Override
  public Integer call() throws InterruptedException {
    return CallRun.run(
        spec.commandLine(),
        options,
        (client, results) ->
            client
                .echo(path)
                .webSocket(messages.iterator(), answer -> CallGrpcCommand.print(answer, results)));
  }
}
