package dev.oneport.cli;

import dev.oneport.builtins.DevTokens;
import dev.oneport.server.Server;
import java.time.Duration;
import java.util.Set;

/**
 * The text that dev mode prints at its start: two tokens, and one command per protocol to paste.
 */
final class DevBanner {
  private static final Duration LIFE = Duration.ofHours(1);
  private static final String ALICE = "alice@example.com";

  /** The default port of {@code oneport call}. */
  private static final int DEFAULT_PORT = 8080;

  private final Server server;
  private final DevTokens tokens;

  DevBanner(Server server) {
    this.server = server;
    this.tokens = server.devTokens().orElseThrow();
  }

  String text() {
    var at = server.port() == DEFAULT_PORT ? "" : " --server localhost:" + server.port();
    var alice =
        "--dev-as "
            + ALICE
            + (server.roles().isEmpty() ? "" : " --dev-roles " + String.join(",", server.roles()))
            + at;
    return """

        Dev mode: only tokens issued by this process are trusted.%s

        Valid for an hour:

        export ALLOWED=%s

        export REFUSED=%s

        curl -i http://localhost:%d/ping -H "Authorization: Bearer $ALLOWED"
        ./oneport call http /ping%s
        ./oneport call grpc %s
        ./oneport call ws %s
        ./oneport call grpc --watch --token "$REFUSED"%s
        ./oneport call doctor %s

        ./oneport token --as NAME --roles %s --server http://localhost:%d     gets another token

        """
        .formatted(
            page(),
            tokens.token(ALICE, server.roles(), LIFE),
            tokens.token("mallory@example.com", Set.of(), LIFE),
            server.port(),
            at,
            alice,
            alice,
            at,
            alice,
            String.join(",", server.roles()),
            server.port());
  }

  private String page() {
    return server.hasPage()
        ? "\n\nIn a browser: http://localhost:%d/".formatted(server.port())
        : "";
  }
}
