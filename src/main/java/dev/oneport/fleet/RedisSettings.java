package dev.oneport.fleet;

import dev.oneport.config.Literal;
import dev.oneport.config.NamedFile;
import dev.oneport.config.Section;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The Redis or Valkey that servers share, below {@code shared.redis}.
 *
 * @param tls whether the connection is encrypted
 * @param username empty for Redis's default user
 * @param password empty for none, or if it is in a file
 * @param passwordFile is read again for each connection
 * @param ca certificates, as PEM, that vouch for the server's; if empty, the system's
 * @param prefix how the names of all keys and channels begin
 * @param timeout the longest that a command may take
 */
public record RedisSettings(
    String host,
    int port,
    boolean tls,
    int database,
    String username,
    String password,
    Optional<Path> passwordFile,
    Optional<String> ca,
    String prefix,
    Duration timeout) {
  private static final int PORT = 6379;
  private static final String PREFIX = "oneport:";
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final int LONGEST_SECRET = 4_096;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:/@-]{1,64}");
  private static final Pattern DATABASE = Pattern.compile("|/|/\\d{1,4}");
  private static final RedisSettings NOWHERE =
      new RedisSettings(
          "", PORT, true, 0, "", "", Optional.empty(), Optional.empty(), PREFIX, TIMEOUT);

  private static final String LIKE =
      "must be a URL such as rediss://redis.example.com:6379, with a database such as /0 at most"
          + " behind it";

  private static final String MISSING =
      "needs the libraries of Redis, which are not on the class path: docs/fleet.md says how to add"
          + " them";

  /** A class of each library that is needed. */
  private static final Set<String> NEEDED =
      Set.of(
          "io.lettuce.core.RedisClient",
          "io.netty.channel.nio.NioIoHandler",
          "reactor.core.publisher.Mono",
          "io.github.bucket4j.redis.lettuce.Bucket4jLettuce");

  /** Reads {@code shared.redis}, a URL or an object; empty if there is none. */
  static Optional<RedisSettings> read(Section shared) {
    if (!shared.has("redis")) {
      return Optional.empty();
    }
    if (!NEEDED.stream().allMatch(RedisSettings::isThere)) {
      shared.problem("redis", MISSING);
    }
    if (!shared.isObject("redis")) {
      return shared
          .text("redis")
          .filter(it -> !it.isBlank())
          .flatMap(it -> of(shared, "redis", it, Optional.empty()));
    }
    try (var section = shared.section("redis")) {
      var ca = section.file("ca");
      ca.filter(pem -> !pem.contains("-----BEGIN CERTIFICATE-----"))
          .ifPresent(_ -> section.problem("ca", "has no certificate (PEM)"));
      var url = section.required("url");
      var settings = of(section, "url", url, ca);
      // Also without a good URL, so that no other key counts as unknown.
      var whole = settings.orElse(NOWHERE).with(section);
      return settings.map(_ -> whole);
    }
  }

  private static Optional<RedisSettings> of(
      Section section, String key, String text, Optional<String> ca) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    var url = url(text);
    if (url.isEmpty()) {
      // Not with the text, which may hold a password.
      section.problem(key, LIKE);
      return Optional.empty();
    }
    var user = Optional.ofNullable(url.get().getRawUserInfo()).orElse("");
    int colon = user.indexOf(':');
    int port = url.get().getPort();
    var path = url.get().getRawPath();
    return Optional.of(
        new RedisSettings(
            url.get().getHost().replaceAll("[\\[\\]]", ""),
            port < 0 ? PORT : port,
            url.get().getScheme().equals("rediss"),
            path.length() > 1 ? Integer.parseInt(path.substring(1)) : 0,
            decoded(colon < 0 ? user : user.substring(0, colon)),
            decoded(colon < 0 ? "" : user.substring(colon + 1)),
            Optional.empty(),
            ca,
            PREFIX,
            TIMEOUT));
  }

  /** The same with what else the section says. */
  private RedisSettings with(Section section) {
    var name = secret(section, "username");
    var word = secret(section, "password");
    var file = NamedFile.read(section, "password-file");
    if (!word.isEmpty() && file.isPresent()) {
      section.problem("password-file", "cannot be set together with password");
    }
    if ((!name.isEmpty() && !username.isEmpty())
        || ((!word.isEmpty() || file.isPresent()) && !password.isEmpty())) {
      section.problem("url", "has a user or a password, which is also set beside it");
    }
    if (!tls && ca.isPresent()) {
      section.problem("ca", "is for rediss URLs only");
    }
    return new RedisSettings(
        host,
        port,
        tls,
        database,
        name.isEmpty() ? username : name,
        word.isEmpty() ? password : word,
        file,
        ca,
        prefix(section),
        section.duration("timeout", TIMEOUT, SHORTEST, LONGEST));
  }

  private static String prefix(Section section) {
    var prefix = section.text("prefix", PREFIX);
    if (!NAME.matcher(prefix).matches()) {
      section.problem("prefix", "must be 1 to 64 letters, digits and any of _ . : / @ -");
      return PREFIX;
    }
    return prefix;
  }

  private static String secret(Section section, String key) {
    var text = section.has(key) ? section.required(key) : "";
    Literal.reportEnds(section, key, text);
    return text;
  }

  private static Optional<URI> url(String text) {
    try {
      var url = new URI(text.strip());
      return Set.of("redis", "rediss").contains(String.valueOf(url.getScheme()))
              && url.getHost() != null
              && url.getPort() <= 65_535
              && url.getPort() != 0
              && DATABASE.matcher(url.getRawPath()).matches()
              && url.getRawQuery() == null
              && url.getRawFragment() == null
          ? Optional.of(url)
          : Optional.empty();
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  /** A plus is not a space here. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /**
   * The password now; empty for none.
   *
   * @throws IOException if its file cannot be read
   */
  public String currentPassword() throws IOException {
    if (passwordFile.isEmpty()) {
      return password;
    }
    if (Files.size(passwordFile.get()) > LONGEST_SECRET) {
      throw new IOException("the file with the password is larger than " + LONGEST_SECRET);
    }
    return Files.readString(passwordFile.get()).strip();
  }

  private static boolean isThere(String name) {
    try {
      var _ = Class.forName(name, false, RedisSettings.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError _) {
      return false;
    }
  }

  /** Where it is, for logs: without user and password. */
  public String place() {
    return (tls ? "rediss://" : "redis://")
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + port
        + "/"
        + database;
  }

  @Override
  public String toString() {
    return "RedisSettings[" + place() + ", prefix=" + prefix + "]";
  }
}
