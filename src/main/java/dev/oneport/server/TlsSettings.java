package dev.oneport.server;

import dev.oneport.config.Section;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * TLS on the listener, as configured below {@code server.tls}.
 *
 * @param files the files; empty in dev mode with a certificate that this process creates
 * @param handshakeTimeout how long a handshake may take
 */
public record TlsSettings(Optional<Pair> files, Duration handshakeTimeout) {
  static final String CERTIFICATE = "certificate";
  static final String KEY = "key";
  static final String SELF_SIGNED = "self-signed";

  private static final Duration HANDSHAKE = Duration.ofSeconds(10);
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** The files of the certificate, including its chain, and of the key. */
  public record Pair(Path certificate, Path key) {}

  /**
   * Reads the section and closes it; empty if the listener is unencrypted.
   *
   * @param dev whether a self-signed certificate may be used
   */
  static Optional<TlsSettings> read(Section section, boolean dev) {
    try (section) {
      var handshake = section.duration("handshake-timeout", HANDSHAKE, SHORTEST, LONGEST);
      var selfSigned = section.flag(SELF_SIGNED, false);
      if (selfSigned && !dev) {
        section.problem(SELF_SIGNED, "is for dev mode only: no client could trust the certificate");
      }
      if (selfSigned && dev) {
        return Optional.of(new TlsSettings(Optional.empty(), handshake));
      }
      var certificate = section.text(CERTIFICATE).filter(it -> !it.isBlank());
      var key = section.text(KEY).filter(it -> !it.isBlank());
      if (certificate.isEmpty() && key.isEmpty()) {
        return Optional.empty();
      }
      if (certificate.isEmpty() || key.isEmpty()) {
        section.problem(
            certificate.isEmpty() ? CERTIFICATE : KEY,
            "is required: a certificate and its key go together");
        return Optional.empty();
      }
      var paths =
          new Pair(path(section, CERTIFICATE, certificate.get()), path(section, KEY, key.get()));
      return Optional.of(new TlsSettings(Optional.of(paths), handshake));
    }
  }

  private static Path path(Section section, String key, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      section.problem(key, "is not a file name");
      return Path.of("");
    }
  }
}
