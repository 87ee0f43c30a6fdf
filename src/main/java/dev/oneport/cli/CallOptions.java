package dev.oneport.cli;

import dev.oneport.client.Endpoint;
import dev.oneport.client.InvalidInput;
import dev.oneport.client.OnePortClient;
import dev.oneport.client.RetryRules;
import dev.oneport.client.TokenSource;
import dev.oneport.client.Trust;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that all calls share: the server, the token, and how long to retry. */
final class CallOptions {
  @Option(
      names = "--server",
      paramLabel = "SERVER",
      defaultValue = "localhost:8080",
      description = {
        "host:port, https://host or wss://host; plaintext only for http:// or ws://, or for a"
            + " loopback address. Default: ${DEFAULT-VALUE}."
      })
  String server = "localhost:8080";

  @Option(
      names = {"--cacert", "--ca"},
      paramLabel = "FILE",
      description = "Trust the certificates in this PEM file too.")
  @Nullable Path ca;

  @ArgGroup(heading = "Credentials, one of:%n")
  @Nullable Credentials credentials;

  @Option(
      names = "--audience",
      paramLabel = "URL",
      description = "The audience of Google's tokens. Default: the server's https:// URL.")
  @Nullable String audience;

  @Option(names = "--json", description = "Print results and errors as JSON, one object per line.")
  boolean json;

  @Option(names = "--quiet", description = "Print no progress.")
  boolean quiet;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "The time allowed for each answer. Default: ${DEFAULT-VALUE}.")
  Duration timeout = Duration.ofSeconds(30);

  @Option(
      names = "--retry-for",
      paramLabel = "TIME",
      defaultValue = "1m",
      description =
          "Give up if there is no progress for this long after a failure; 0 to not retry. Default:"
              + " ${DEFAULT-VALUE}.")
  Duration patience = RetryRules.DEFAULT.patience();

  Endpoint endpoint() {
    return Endpoint.parse(server);
  }

  Trust trust() {
    return ca == null ? Trust.system() : Trust.with(ca);
  }

  /** The given audience, or else the server's origin. */
  String audience(Endpoint endpoint) {
    if (audience != null) {
      return audience;
    }
    if (!endpoint.secure()
        && credentials != null
        && (credentials.key != null || credentials.applicationDefault)) {
      throw new InvalidInput(
          "Google's tokens name their audience: give --audience, because "
              + endpoint
              + " is not an https:// URL");
    }
    return endpoint.audience();
  }

  /**
   * The audience that the doctor expects in the token; empty for a dev server's tokens, which need
   * no check.
   */
  String checkedAudience(Endpoint endpoint) {
    return credentials != null && credentials.dev != null ? "" : audience(endpoint);
  }

  TokenSource tokens(Endpoint endpoint) {
    return credentials == null
        ? TokenSource.none()
        : credentials.source(endpoint, trust(), audience(endpoint));
  }

  /** Creates the client that the options describe. */
  OnePortClient client(Endpoint endpoint, Results results) {
    if (timeout.isZero()) {
      throw new InvalidInput("--timeout must be above zero");
    }
    if (credentials != null && !endpoint.secure() && !endpoint.local()) {
      results.note("the token is sent to " + endpoint + " unencrypted");
    }
    return OnePortClient.to(endpoint)
        .tokens(tokens(endpoint))
        .trust(trust())
        .rules(RetryRules.DEFAULT.withPatience(patience))
        .timeout(timeout)
        .observer(results)
        .build();
  }
}
