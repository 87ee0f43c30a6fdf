package dev.oneport.identity;

import dev.oneport.config.Section;
import dev.oneport.identity.KeyClient.Fetched;
import dev.oneport.json.StrictJson;
import dev.oneport.json.StrictJson.MalformedJson;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Where an issuer's JWK set comes from (RFC 7517 section 5). */
sealed interface KeySource {
  /** A URL that is fetched when first needed. */
  record Url(URI uri, KeyAccess access) implements KeySource {}

  /**
   * The URL that the issuer's discovery document names (OpenID Connect Discovery 1.0 section 4).
   */
  record Discovery(String issuer, KeyAccess access) implements KeySource {}

  /**
   * A URL for each key, with {@code {kid}} where its id belongs, which answers with the key in PEM.
   */
  record Each(String template, KeyAccess access) implements KeySource {
    static final String ID = "{kid}";

    /** The URL of a key. */
    URI uri(String id) {
      return URI.create(template.replace(ID, id));
    }
  }

  /** A file, for issuers that the server cannot reach. */
  record Document(Path file) implements KeySource {}

  /** Keys in the configuration, or created by this process. */
  record Fixed(JsonObject set) implements KeySource {}

  /**
   * Reads {@code jwks}.
   *
   * @param text its value, or the default
   */
  static KeySource read(Section section, String text) {
    try {
      if (text.contains(Each.ID)) {
        var access = KeyAccess.read(section, false);
        access.check(section, url(section, text.replace(Each.ID, "id")));
        return new Each(text, access);
      }
      if (text.startsWith("https://") || text.startsWith("http://")) {
        var uri = url(section, text);
        var access = KeyAccess.read(section, false);
        access.check(section, uri);
        return new Url(uri, access);
      }
      if (text.equals(KeyAccess.IN_CLUSTER)) {
        return new Url(URI.create(KeyAccess.CLUSTER_KEYS), KeyAccess.read(section, true));
      }
      KeyAccess.checkUnused(section);
      if (text.startsWith("{")) {
        return new Fixed(StrictJson.object(text));
      }
      var file = Path.of(text);
      if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
        section.problem(
            "jwks",
            "must be an http or https URL, a file that can be read, in-cluster, or a JWK set"
                + " itself");
      }
      return new Document(file);
    } catch (URISyntaxException | InvalidPathException | MalformedJson e) {
      section.problem("jwks", "is neither a URL, nor a file name, nor a JWK set");
      return new Document(Path.of(""));
    }
  }

  /**
   * Fetches the set now.
   *
   * @param wanted the ids of the keys that are needed, where each has its own URL
   */
  static Fetched fetch(KeySource source, KeyClient client, List<String> wanted)
      throws IOException, InterruptedException {
    return switch (source) {
      case Url(var uri, var access) -> client.get(uri, access);
      case Discovery(var issuer, var access) -> discovered(issuer, access, client);
      case Each each -> SingleKeys.fetch(each, client, wanted);
      case Document(var file) -> client.read(file);
      case Fixed(var set) -> new Fetched(set.toString(), Duration.ofDays(1));
    };
  }

  private static Fetched discovered(String issuer, KeyAccess access, KeyClient client)
      throws IOException, InterruptedException {
    var base = issuer.endsWith("/") ? issuer : issuer + "/";
    var configuration = URI.create(base + ".well-known/openid-configuration");
    var document = object(client.get(configuration, access).body());
    if (!document.getString("issuer", "").equals(issuer)) {
      throw new IOException("its configuration is that of another issuer");
    }
    try {
      var keys = URI.create(document.getString("jwks_uri", ""));
      client.hosts().check(keys, configuration, access.proxy().at(keys).isPresent());
      return client.get(keys, access.at(keys, configuration));
    } catch (IllegalArgumentException e) {
      throw new IOException("its configuration names no URL for the keys", e);
    }
  }

  static JsonObject object(String text) throws IOException {
    try {
      return StrictJson.object(text);
    } catch (MalformedJson e) {
      throw new IOException("the answer " + e.getMessage(), e);
    }
  }

  private static URI url(Section section, String text) throws URISyntaxException {
    var uri = new URI(text);
    if (uri.getHost() == null || uri.getUserInfo() != null) {
      section.problem("jwks", "must be a URL with a host and without a user");
    }
    return uri;
  }
}
