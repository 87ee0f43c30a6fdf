package dev.oneport.cli;

import com.google.api.client.http.javanet.NetHttpTransport;
import dev.oneport.client.BearerToken;
import dev.oneport.client.DevServer;
import dev.oneport.client.Endpoint;
import dev.oneport.client.GoogleTokens;
import dev.oneport.client.TokenFile;
import dev.oneport.client.TokenSource;
import dev.oneport.client.Trust;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that select the source of tokens; at most one may be given. */
final class Credentials {
  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "A service account's key, with which to get ID tokens from Google.")
  @Nullable Path key;

  @Option(
      names = "--adc",
      description =
          "Google's application default credentials; federated ones (workload identity, AWS) too.")
  boolean applicationDefault;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "This token. Other users of the machine can see it: --token-file is better.")
  @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The token in this file, which is read again when it changes.")
  @Nullable Path tokenFile;

  @ArgGroup(exclusive = false)
  @Nullable Dev dev;

  /** A caller of a dev server. */
  static final class Dev {
    @Option(
        names = "--dev-as",
        paramLabel = "NAME",
        required = true,
        description = "Get tokens for this caller from the server, which must run with --dev.")
    String caller = "";

    @Option(
        names = "--dev-roles",
        paramLabel = "ROLE",
        split = ",",
        description = "The roles in the tokens, separated by commas.")
    List<String> roles = List.of();

    @Option(
        names = "--dev-ttl",
        paramLabel = "TIME",
        description = "How long each token is valid: 1s to 24h. Default: 1h.")
    Duration life = Duration.ofHours(1);
  }

  /** Creates the token source that the options select. */
  TokenSource source(Endpoint server, Trust trust, String audience) {
    var clock = Clock.systemUTC();
    if (key != null) {
      return google(clock).serviceAccount(key, audience);
    }
    if (applicationDefault) {
      return google(clock).applicationDefault(audience);
    }
    if (tokenFile != null) {
      return new TokenFile(tokenFile);
    }
    if (dev != null) {
      return new DevServer(server, trust).tokens(dev.caller, dev.roles, dev.life, clock);
    }
    return TokenSource.fixed(BearerToken.of(Objects.requireNonNullElse(token, "")));
  }

  private static GoogleTokens google(Clock clock) {
    return new GoogleTokens(NetHttpTransport::new, clock);
  }
}
