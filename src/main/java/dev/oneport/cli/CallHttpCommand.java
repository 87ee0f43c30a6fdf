package dev.oneport.cli;

import dev.oneport.client.HttpAnswer;
import dev.oneport.client.OnePortClient;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oneport call http}. */
@Command(
    name = "http",
    description = "Make an HTTP request and print the body of its answer.",
    footer = {
      "",
      "Examples:",
      "  oneport call http /ping",
      "  oneport call http /ping --server https://a.example --key key.json --json",
      "  oneport call http /orders -d '{\"item\":1}' --dev-as alice@example.com"
    })
final class CallHttpCommand extends CallingCommand {

  @Parameters(paramLabel = "PATH", description = "Begins with /, and may have a query.")
  private String path = "/";

  @Option(
      names = {"-X", "--method"},
      paramLabel = "METHOD",
      description = "Default: GET, or POST with --data.")
  private @Nullable String method;

  @Option(
      names = {"-d", "--data"},
      paramLabel = "JSON",
      defaultValue = "",
      description = "The body.")
  private String data = "";

  @Option(
      names = "--accept",
      paramLabel = "TYPE",
      defaultValue = "application/json",
      description =
          "The content type that you want; HTML is an error unless it is that. Default:"
              + " ${DEFAULT-VALUE}.")
  private String accept = "application/json";

  @Override
  void call(OnePortClient client, Results results) throws InterruptedException {
    var wanted = method != null ? method : data.isEmpty() ? "GET" : "POST";
    var answer = client.http(wanted.toUpperCase(Locale.ROOT), path, data, accept);
    var millis = answer.took().toMillis();
    results.note(version(answer) + " " + answer.status() + " in " + millis + " ms");
    results.printText(
        answer.text(),
        Results.JSON
            .createObjectBuilder()
            .add("status", answer.status())
            .add("version", version(answer))
            .add("millis", millis)
            .add("body", body(answer)));
  }

  private static String version(HttpAnswer answer) {
    return switch (answer.version()) {
      case HTTP_1_1 -> "HTTP/1.1";
      case HTTP_2 -> "HTTP/2";
    };
  }

  /** As JSON if it is JSON, or else as text. */
  private static JsonValue body(HttpAnswer answer) {
    if (answer.type().contains("json")) {
      try (var reader = Results.JSON.createReader(new StringReader(answer.text()))) {
        return reader.readValue();
      } catch (RuntimeException e) {
        // Of no kind in particular for what is too deep.
        return Results.JSON.createValue(answer.text());
      }
    }
    return Results.JSON.createValue(answer.text());
  }
}
