package dev.oneport.cli;

import dev.oneport.builtins.DevTokens;
import dev.oneport.server.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The text that dev mode prints at its start: two tokens, and one command per protocol to paste.
 */
final class DevBanner {
  private static final Duration LIFE = Duration.ofHours(1);
  private static final String ALICE = "alice@example.com";

  /** The default port of {@code oneport call}. */
  private static final int DEFAULT_PORT = 8080;

  private final Server server;
  private final Optional<Path> certificate;
  private final DevTokens tokens;
  private final @Nullable ForwardAll to;

  /**
   * @param certificate the file with the certificate to trust, if the server speaks TLS
   * @param to what it forwards; null if it serves its own services
   */
  DevBanner(Server server, Optional<Path> certificate, @Nullable ForwardAll to) {
    this.server = server;
    this.certificate = certificate;
    this.tokens = server.devTokens().orElseThrow();
    this.to = to;
  }

  String text() {
    var origin = (certificate.isPresent() ? "https" : "http") + "://localhost:" + server.port();
    var usual = certificate.isEmpty() && server.port() == DEFAULT_PORT;
    var name = certificate.isPresent() ? origin : "localhost:" + server.port();
    var ca = certificate.map(file -> " --cacert " + file).orElse("");
    var at = usual ? "" : " --server " + name + ca;
    var alice =
        "--dev-as "
            + ALICE
            + (server.roles().isEmpty() ? "" : " --dev-roles " + String.join(",", server.roles()))
            + at;
    return to == null ? own(at, alice, origin, ca) : forwarding(to, alice, origin, ca);
  }

  private String forwarding(ForwardAll to, String alice, String origin, String ca) {
    return """

        Dev mode: only tokens issued by this process are trusted. Any caller with one may call:

        %s%s
        Valid for an hour:

        export ALLOWED=%s

        %s
        ./oneport token --as NAME --server %s%s     gets another token

        """
        .formatted(
            to.routes(),
            page(origin).isEmpty() ? "" : page(origin).substring(1) + "\n",
            tokens.token(ALICE, server.roles(), LIFE),
            to.commands(origin, ca, alice),
            origin,
            ca);
  }

  private String own(String at, String alice, String origin, String ca) {
    return """

        Dev mode: only tokens issued by this process are trusted.%s

        Valid for an hour:

        export ALLOWED=%s

        export REFUSED=%s

        curl -i%s %s/ping -H "Authorization: Bearer $ALLOWED"
        ./oneport call http /ping%s
        ./oneport call grpc %s
        ./oneport call ws %s
        ./oneport call grpc --watch --token "$REFUSED"%s
        ./oneport call doctor %s

        ./oneport token --as NAME --roles %s --server %s%s     gets another token

        """
        .formatted(
            page(origin),
            tokens.token(ALICE, server.roles(), LIFE),
            tokens.token("mallory@example.com", Set.of(), LIFE),
            ca,
            origin,
            at,
            alice,
            alice,
            at,
            alice,
            String.join(",", server.roles()),
            origin,
            ca);
  }

  private String page(String origin) {
    return server.hasPage() ? "\n\nIn a browser: %s%s".formatted(origin, server.pagePath()) : "";
  }
}
