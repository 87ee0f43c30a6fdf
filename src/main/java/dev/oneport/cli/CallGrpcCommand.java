package dev.oneport.cli;

import dev.oneport.client.InvalidInput;
import dev.oneport.client.OnePortClient;
import dev.oneport.sample.tool.EchoClient;
import dev.oneport.sample.tool.EchoClient.Ticks;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oneport call grpc}. */
@Command(
    name = "grpc",
    description = {
      "Call a gRPC method and print its answers as JSON, one per line.",
      "Its messages are described by the server's reflection, or by --proto.",
      "Without a method, call the sample service Echo: Ping, or one of its streams; Watch and"
          + " Chat resume after lost connections without losing or repeating a message."
    },
    footer = {
      "",
      "Examples:",
      "  oneport call grpc --dev-as alice@example.com --dev-roles caller",
      "  oneport call grpc Echo/Watch -d '{\"count\":3}' --dev-as alice@example.com",
      "  oneport call grpc shop.Orders/Find -d @query.json --proto orders.proto --adc",
      "  oneport call grpc shop.Orders/Import -d @- --server https://a.example --adc",
      "  oneport call grpc --watch --count 10 --interval 100ms --token-file token.jwt",
      "  oneport call grpc --chat --stdin --server https://a.example --key key.json"
    })
final class CallGrpcCommand extends CallingCommand {
  @Parameters(
      paramLabel = "SERVICE/METHOD",
      arity = "0..1",
      description = "The method, with the service's package, such as shop.Orders/Find.")
  private @Nullable String method;

  @Option(
      names = {"-d", "--data"},
      paramLabel = "JSON",
      description =
          "A message; @FILE for a file and @- for standard input, both with any number of messages."
              + " May be given several times if the method takes a stream. Default: {}.")
  private List<String> data = List.of();

  @Mixin private Headers headers = new Headers();
  @Mixin private ProtoOptions protos = new ProtoOptions();
  @Mixin private Messages messages = new Messages();

  @ArgGroup(heading = "Streams of the sample service, one of:%n")
  private @Nullable Kind kind;

  @Option(
      names = "--first",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "With --watch: the number to begin with. Default: ${DEFAULT-VALUE}.")
  private long first;

  /** The kind of call. */
  static final class Kind {
    @Option(
        names = "--watch",
        description =
            "The server sends numbered messages (Echo/Watch), without end unless --count is"
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
    if (method != null) {
      var name = MethodName.parse(method);
      var metadata = headers.metadata();
      var found = protos.methods(client).find(name);
      new DynamicCall(found, timeout()).make(client, data, metadata, results);
    } else if (!data.isEmpty()) {
      throw new InvalidInput("-d needs the name of a method, such as Echo/Ping");
    } else {
      echo(new EchoClient(client, timeout()), results);
    }
  }

  private void echo(EchoClient echo, Results results) throws InterruptedException {
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
