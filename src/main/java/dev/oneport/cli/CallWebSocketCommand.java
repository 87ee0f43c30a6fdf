package dev.oneport.cli;

import dev.oneport.client.OnePortClient;
import dev.oneport.sample.tool.EchoClient;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code oneport call ws}. */
@Command(
    name = "ws",
    description = {
      "Send messages over a WebSocket and print those received.",
      "With -d, call any service; messages are sent as given.",
      "Without -d, call the sample service, and resume after lost connections without losing or"
          + " repeating an answer."
    },
    footer = {
      "",
      "Examples:",
      "  oneport call ws --dev-as alice@example.com --dev-roles caller",
      "  oneport call ws --path /greet -d world --dev-as alice@example.com",
      "  oneport call ws --path /events -d subscribe --count 0 --server wss://a.test",
      "  oneport call ws --path /upload --binary -d @photo.jpg --token-file token.jwt",
      "  tail -f log | oneport call ws --path /log -d @- --token-file token.jwt --json"
    })
final class CallWebSocketCommand extends CallingCommand {
  @Mixin private Messages messages = new Messages();

  @Option(
      names = {"-d", "--data"},
      paramLabel = "DATA",
      description = {
        "A message to send to any service; @FILE for the content of a file, @- for each line of"
            + " standard input. May be given several times. With -d, --count says how many messages"
            + " to wait for, 0 for all until the server closes the socket; default: one per message"
            + " that is sent."
      })
  private List<String> data = List.of();

  @Option(
      names = "--binary",
      description = "Send -d as binary messages. Binary messages received are printed as base64.")
  private boolean binary;

  @Option(
      names = "--path",
      paramLabel = "PATH",
      defaultValue = "/ws",
      description = "The path of the socket. Default: ${DEFAULT-VALUE}.")
  private String path = "/ws";

  @Override
  void call(OnePortClient client, Results results) throws InterruptedException {
    if (data.isEmpty()) {
      new EchoClient(client, timeout()).webSocket(path, messages.iterator(), results::print);
    } else {
      new SocketCall(data, binary, messages.wanted(), timeout()).make(client, path, results);
    }
  }
}
