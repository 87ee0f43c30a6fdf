package dev.oneport.identity;

import dev.oneport.config.Section;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where an issuer's JWK set comes from (RFC 7517 section 5). */
sealed interface KeySource {
  /** A URL that is fetched on first need. */
  record Url(URI uri) implements KeySource {}

  /** A file, for clusters that cannot be reached. */
  record Document(Path file) implements KeySource {}

  /** Keys that this process made itself. */
  record Fixed(JsonObject set) implements KeySource {}

  static KeySource read(Section section) {
    var text = section.required("jwks");
    try {
      if (text.startsWith("https://") || text.startsWith("http://")) {
        var uri = new URI(text);
        if (uri.getHost() == null || uri.getUserInfo() != null) {
          section.problem("jwks", "must be a URL with a host and without a user");
        }
        return new Url(uri);
      }
      var file = Path.of(text);
      if (!text.isBlank() && !Files.isReadable(file)) {
        section.problem("jwks", "must be an http or https URL, or a file that can be read");
      }
      return new Document(file);
    } catch (URISyntaxException | InvalidPathException e) {
      section.problem("jwks", "is neither a URL nor a file name");
      return new Document(Path.of(""));
    }
  }

  /** The text of the set, fetched now. */
  static String fetch(KeySource source, KeyClient client) throws IOException, InterruptedException {
    return switch (source) {
      case Url(var uri) -> client.get(uri);
      case Document(var file) -> client.read(file);
      case Fixed(var set) -> set.toString();
    };
  }
}
