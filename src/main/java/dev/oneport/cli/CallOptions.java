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

/** What all calls have in common: the server, the token, and how patient to be. */
final class CallOptions {
  @Option(
      names = "--server",
      paramLabel = "SERVER",
      defaultValue = "localhost:8080",
      description = {
        "host:port, https://host or wss://host; plaintext only for http:// or ws://, and for a"
            + " loopback address. Default: ${DEFAULT-VALUE}."
      })
  String server = "localhost:8080";

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Trust the certificates in this PEM file too.")
  @Nullable Path ca;

  @ArgGroup(heading = "Credentials, one of:%n")
  @Nullable Credentials credentials;

  @Option(
      names = "--audience",
      paramLabel = "URL",
      description = "Whom Google's tokens are meant for. Default: the server's https:// URL.")
  @Nullable String audience;

  @Option(names = "--json", description = "Print results, and errors, as JSON, one object a line.")
  boolean json;

  @Option(names = "--quiet", description = "Print no progress.")
  boolean quiet;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "For each answer. Default: ${DEFAULT-VALUE}.")
  Duration timeout = Duration.ofSeconds(30);

  @Option(
      names = "--retry-for",
      paramLabel = "TIME",
      defaultValue = "1m",
      description =
          "Give up when this long after a failure there is no progress; 0 for one try. Default:"
              + " ${DEFAULT-VALUE}.")
  Duration patience = RetryRules.DEFAULT.patience();

  Endpoint endpoint() {
    return Endpoint.parse(server);
  }

  Trust trust() {
    return ca == null ? Trust.system() : Trust.with(ca);
  }

  /** The audience that was asked for, or else the server's own. */
  String audience(Endpoint endpoint) {
    if (audience != null) {
      return audience;
    }
    if (!endpoint.secure()
        && credentials != null
        && (credentials.key != null || credentials.applicationDefault)) {
      throw new InvalidInput(
          "Google's tokens name whom they are meant for: give --audience, as "
              + endpoint
              + " is no https:// URL");
    }
    return endpoint.audience();
  }

  /** The same for a look at the token; a dev server's are for that server whatever they say. */
  String checkedAudience(Endpoint endpoint) {
    return credentials != null && credentials.dev != null ? "" : audience(endpoint);
  }

  TokenSource tokens(Endpoint endpoint) {
    return credentials == null
        ? TokenSource.none()
        : credentials.source(endpoint, audience(endpoint));
  }

  /** The client that the options describe. */
  OnePortClient client(Endpoint endpoint, Results results) {
    if (timeout.isZero()) {
      throw new InvalidInput("--timeout must be above zero");
    }
    if (credentials != null && !endpoint.secure() && !endpoint.local()) {
      results.note("the token goes to " + endpoint + " unencrypted");
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
