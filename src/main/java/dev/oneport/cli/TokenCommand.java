package dev.oneport.cli;

import jakarta.json.JsonException;
import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code oneport token}: gets a token from a dev server on this machine. */
@Command(
    name = "token",
    description = "Get a token from a server that runs with --dev on this machine.",
    footer = {"", "Example:", "  oneport token --as alice@example.com --roles caller --ttl 60s"})
final class TokenCommand implements Callable<Integer> {
  /** Json itself would look for its provider in every jar again, each time. */
  private static final JsonProvider JSON = JsonProvider.provider();

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Option(
      names = "--as",
      paramLabel = "NAME",
      required = true,
      description = "The caller that the token names.")
  String caller = "";

  @Option(
      names = "--roles",
      paramLabel = "ROLE",
      split = ",",
      description = "The roles that it brings.")
  List<String> roles = List.of();

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "How long it is good, such as 60s, 5m, 1h. Default: ${DEFAULT-VALUE}.")
  Duration ttl = Duration.ofHours(1);

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "http://localhost:8080",
      description = "The dev server. Default: ${DEFAULT-VALUE}.")
  URI server = URI.create("http://localhost:8080");

  @Override
  public Integer call() throws InterruptedException {
    var names = JSON.createArrayBuilder();
    roles.forEach(names::add);
    var body =
        JSON.createObjectBuilder()
            .add("caller", caller)
            .add("roles", names)
            .add("seconds", ttl.toSeconds())
            .build();
    try (var client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      var request =
          HttpRequest.newBuilder(server.resolve("/dev/token"))
              .timeout(TIMEOUT)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(body.toString()))
              .build();
      var response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        return failed("answered " + response.statusCode() + "; does it run with --dev?");
      }
      System.out.println(
          JSON.createReader(new StringReader(response.body())).readObject().getString("token"));
      return ExitCode.OK;
    } catch (IOException e) {
      return failed("cannot be reached; start one with: oneport serve --dev");
    } catch (JsonException | NullPointerException | IllegalArgumentException e) {
      return failed("does not answer as a dev server does");
    }
  }

  private int failed(String why) {
    System.err.println(server + " " + why);
    return ExitCode.FAILED;
  }
}
