package dev.oneport.cli;

import dev.oneport.server.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The certificate of dev mode as a file, so that clients can be told to trust it. */
final class DevCertificate {
  private DevCertificate() {}

  /** Writes the file, which is removed at the end; empty without TLS. The key stays in memory. */
  static Optional<Path> write(Server server) {
    return server.certificate().map(DevCertificate::write);
  }

  private static Path write(String pem) {
    try {
      var file = Files.createTempFile("oneport-dev-", ".pem");
      file.toFile().deleteOnExit();
      return Files.writeString(file, pem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
