package dev.oneport.server;

import dev.oneport.certificates.SelfSigned;
import dev.oneport.certificates.ServerCertificate;
import dev.oneport.certificates.UnusableCertificate;
import dev.oneport.config.Configuration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The listener's certificate and the content of its files when it was read.
 *
 * @param content empty for a certificate without files
 */
record LoadedCertificate(ServerCertificate certificate, Content content) {
  /** The lifetime of the certificate that dev mode creates. */
  private static final Duration LIFE = Duration.ofDays(30);

  private static final int MAX_BYTES = 1 << 20;

  /** The content of the two files, compared to detect changes. */
  record Content(String certificate, String key) {
    static final Content NONE = new Content("", "");

    /** Omits the key. */
    @Override
    public String toString() {
      return "Content[]";
    }
  }

  /** A file cannot be read; the message says why. */
  private static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1;

    Unreadable(String message) {
      super(message);
    }
  }

  /** Loads the configured certificate; reports problems at the keys of the settings. */
  static Optional<LoadedCertificate> load(
      Configuration configuration, Optional<TlsSettings> tls, InstantSource now) {
    if (tls.isEmpty()) {
      return Optional.empty();
    }
    var files = tls.get().files();
    if (files.isEmpty()) {
      return Optional.of(
          new LoadedCertificate(SelfSigned.forThisMachine(now.instant(), LIFE), Content.NONE));
    }
    var certificate = text(configuration, TlsSettings.CERTIFICATE, files.get().certificate());
    var key = text(configuration, TlsSettings.KEY, files.get().key());
    if (certificate.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    try {
      var content = new Content(certificate.get(), key.get());
      return Optional.of(new LoadedCertificate(read(content, now), content));
    } catch (UnusableCertificate e) {
      configuration.problem(path(e), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static Optional<String> text(Configuration configuration, String key, Path file) {
    try {
      return Optional.of(text(file));
    } catch (IOException e) {
      configuration.problem("server.tls." + key, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /**
   * Reads both files.
   *
   * @throws IOException if a file cannot be read; the message names the file
   */
  static Content content(TlsSettings.Pair files) throws IOException {
    return new Content(text(files.certificate()), text(files.key()));
  }

  /**
   * Parses the content of both files.
   *
   * @throws UnusableCertificate if they cannot be used together
   */
  static ServerCertificate read(Content content, InstantSource now) {
    return ServerCertificate.read(
        bytes(content.certificate()), bytes(content.key()), now.instant());
  }

  /** The key path of the unusable file. */
  static String path(UnusableCertificate e) {
    return "server.tls."
        + switch (e.part()) {
          case CERTIFICATE -> TlsSettings.CERTIFICATE;
          case KEY -> TlsSettings.KEY;
        };
  }

  private static String text(Path file) throws IOException {
    try {
      if (Files.isDirectory(file)) {
        throw new Unreadable(file + " is a directory");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new Unreadable(file + " is larger than " + MAX_BYTES + " bytes");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new Unreadable("there is no file " + file);
    } catch (Unreadable e) {
      throw e;
    } catch (IOException e) {
      throw new Unreadable(file + " cannot be read");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
