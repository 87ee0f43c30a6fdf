package dev.oneport.cli;

import dev.oneport.client.HttpAnswer;
import dev.oneport.client.InvalidInput;
import dev.oneport.client.OnePortClient;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oneport call http}. */
@Command(
    name = "http",
    description = "Make an HTTP request and print the body of the response.",
    footer = {
      "",
      "Examples:",
      "  oneport call http /ping",
      "  oneport call http /ping --server https://a.example --key key.json --json",
      "  oneport call http /orders -d '{\"item\":1}' --dev-as alice@example.com",
      "  oneport call http /orders/1 -X PUT -H content-type:text/plain -d @order.txt",
      "  oneport call http /report --accept text/html -o report.html --adc"
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
      paramLabel = "DATA",
      description =
          "The body, sent as application/json unless -H sets another type; @FILE for a file, @- for"
              + " standard input.")
  private @Nullable String data;

  @Mixin private Headers headers = new Headers();

  @Option(
      names = "--accept",
      paramLabel = "TYPE",
      defaultValue = "application/json",
      description =
          "The content type to accept; HTML is an error unless it is accepted. Default:"
              + " ${DEFAULT-VALUE}.")
  private String accept = "application/json";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write the body, of any size and type, to this file instead of printing it.")
  private @Nullable Path output;

  @Override
  void call(OnePortClient client, Results results) throws InterruptedException {
    var request = request(client);
    if (output == null) {
      var answer = client.http(request);
      note(answer, results);
      results.printText(
          answer.body(),
          Results.JSON
              .createObjectBuilder()
              .add("status", answer.status())
              .add("version", version(answer))
              .add("millis", answer.took().toMillis())
              .add("body", body(answer)));
    } else {
      note(client.http(request, BodyHandlers.ofFile(output)), results);
    }
  }

  private HttpRequest request(OnePortClient client) {
    boolean hasBody = data != null && !data.isEmpty();
    var request = client.request(path).setHeader("Accept", accept);
    if (hasBody) {
      request.setHeader("Content-Type", "application/json");
    }
    headers.addTo(request);
    var wanted = method != null ? method : hasBody ? "POST" : "GET";
    var body =
        data != null && hasBody ? new Data(data).body() : HttpRequest.BodyPublishers.noBody();
    try {
      return request.method(wanted.toUpperCase(Locale.ROOT), body).build();
    } catch (IllegalArgumentException e) {
      throw new InvalidInput("-X takes a method such as GET or POST");
    }
  }

  private static void note(HttpAnswer<?> answer, Results results) {
    var millis = answer.took().toMillis();
    results.note(version(answer) + " " + answer.status() + " in " + millis + " ms");
  }

  private static String version(HttpAnswer<?> answer) {
    return switch (answer.version()) {
      case HTTP_1_1 -> "HTTP/1.1";
      case HTTP_2 -> "HTTP/2";
    };
  }

  /** The body as JSON if it is JSON, otherwise as a JSON string. */
  private static JsonValue body(HttpAnswer<String> answer) {
    if (answer.type().contains("json")) {
      try (var reader = Results.JSON.createReader(new StringReader(answer.body()))) {
        return reader.readValue();
      } catch (RuntimeException e) {
        // JSON that is nested too deeply throws an exception of no specific type.
        return Results.JSON.createValue(answer.body());
      }
    }
    return Results.JSON.createValue(answer.body());
  }
}
