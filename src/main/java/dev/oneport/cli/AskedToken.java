package dev.oneport.cli;

import dev.oneport.identity.Identity;
import dev.oneport.identity.TokenPreview;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that name the caller by a token or its claims, whose signature is not checked. */
final class AskedToken {
  private static final String STANDARD_INPUT = "-";
  private static final int MOST = 1 << 20;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "The caller's token, or - to read it from standard input. Other users of the machine can"
              + " see arguments. The signature is not checked.")
  @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file with the caller's token, or - for standard input.")
  @Nullable String tokenFile;

  @Option(
      names = "--claims",
      paramLabel = "FILE",
      description = "A JSON file with the claims of the caller's token, iss and aud among them.")
  @Nullable String claims;

  boolean isGiven() {
    return token != null || tokenFile != null || claims != null;
  }

  /** What a server would make of the token. */
  TokenPreview preview(Identity identity) throws IOException {
    var now = Instant.now();
    if (claims != null) {
      return TokenPreview.ofClaims(identity, read(claims), now);
    }
    var text =
        token != null && !token.equals(STANDARD_INPUT)
            ? token
            : read(tokenFile == null ? STANDARD_INPUT : tokenFile);
    return TokenPreview.of(identity, text.strip(), now);
  }

  private static String read(String file) throws IOException {
    if (file.equals(STANDARD_INPUT)) {
      return new String(System.in.readNBytes(MOST), StandardCharsets.UTF_8);
    }
    try (var in = Files.newInputStream(Path.of(file))) {
      return new String(in.readNBytes(MOST), StandardCharsets.UTF_8);
    }
  }
}
