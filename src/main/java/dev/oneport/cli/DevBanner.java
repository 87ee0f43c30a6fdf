package dev.oneport.cli;

import dev.oneport.server.DevTokens;
import dev.oneport.server.OnePort;
import java.time.Duration;
import java.util.Set;

/**
 * What a developer reads at the start of dev mode: two tokens, and one command per protocol to
 * paste.
 */
final class DevBanner {
  private static final Duration LIFE = Duration.ofHours(1);

  private final OnePort server;
  private final DevTokens tokens;

  DevBanner(OnePort server) {
    this.server = server;
    this.tokens = server.devTokens().orElseThrow();
  }

  String text() {
    var address = "localhost:" + server.port();
    return """

        Dev mode: tokens of this process are trusted, no others. For an hour:

        export ALLOWED=%s

        export REFUSED=%s

        curl -i http://%s/ping
        grpcurl -plaintext -proto proto/echo.proto -H "authorization: Bearer $ALLOWED" -d '{"message":"hi"}' %s Echo/Ping
        echo '{"message":"hi"}' | websocat -n1 -H "authorization: Bearer $ALLOWED" ws://%s/ws

        oneport token --as NAME --roles %s --server http://%s     gets another one

        """
        .formatted(
            tokens.token("alice@example.com", server.roles(), LIFE),
            tokens.token("mallory@example.com", Set.of(), LIFE),
            address,
            address,
            address,
            String.join(",", server.roles()),
            address);
  }
}
