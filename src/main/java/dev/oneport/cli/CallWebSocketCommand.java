package dev.oneport.cli;

import dev.oneport.client.OnePortClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code oneport call ws}. */
@Command(
    name = "ws",
    description = {
      "Send messages over a WebSocket and print their answers.",
      "It goes on over cut connections without losing or repeating an answer."
    },
    footer = {
      "",
      "Examples:",
      "  oneport call ws --dev-as alice@example.com --dev-roles caller",
      "  oneport call ws --count 0 --interval 5s --server wss://a.example --adc",
      "  tail -f log | oneport call ws --stdin --token-file token.jwt --json"
    })
final class CallWebSocketCommand extends CallingCommand {
  @Mixin private Messages messages = new Messages();

  @Option(
      names = "--path",
      paramLabel = "PATH",
      defaultValue = "/ws",
      description = "Where the socket is. Default: ${DEFAULT-VALUE}.")
  private String path = "/ws";

  @Override
  void call(OnePortClient client, Results results) throws InterruptedException {
    client.echo(path).webSocket(messages.iterator(), results::print);
  }
}
