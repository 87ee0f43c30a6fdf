package dev.oneport.server;

import dev.oneport.certificates.ServerCertificate;
import dev.oneport.certificates.UnusableCertificate;
import dev.oneport.config.FileWatch;
import dev.oneport.server.LoadedCertificate.Content;
import dev.oneport.threads.Background;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Watches the certificate's files for changes of their content, as {@link FileWatch} does, and
 * warns before the certificate expires. Renewing a certificate writes the files one after the
 * other, so they are used only when they have not changed between two reads.
 */
final class CertificateWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.oneport");
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final TlsSettings.Pair files;
  private final InstantSource wall;
  private final Consumer<ServerCertificate> renewed;
  private final ExpiryWarning warning;
  private final Thread thread;
  private Content judged;
  private Content pending;
  private boolean unreadable;
  private volatile boolean closed;

  /**
   * Starts watching.
   *
   * @param renewed receives each usable certificate that is read from the files
   */
  CertificateWatch(
      TlsSettings.Pair files,
      LoadedCertificate first,
      InstantSource wall,
      Consumer<ServerCertificate> renewed) {
    this.files = files;
    this.wall = wall;
    this.renewed = renewed;
    this.judged = first.content();
    this.pending = first.content();
    this.warning = new ExpiryWarning(first.certificate());
    this.thread = Background.repeat("certificate-watch", this::round);
  }

  private boolean round() {
    LockSupport.parkNanos(this, PAUSE.toNanos());
    if (!closed) {
      look();
      warning.check(wall.instant());
    }
    return !closed;
  }

  private void look() {
    try {
      var now = LoadedCertificate.content(files);
      unreadable = false;
      if (now.equals(judged)) {
        pending = now;
      } else if (now.equals(pending)) {
        judged = now;
        renew(now);
      } else {
        pending = now;
      }
    } catch (IOException e) {
      if (!unreadable) {
        unreadable = true;
        refused("server.tls", String.valueOf(e.getMessage()));
      }
    }
  }

  private void renew(Content content) {
    try {
      var certificate = LoadedCertificate.read(content, wall);
      renewed.accept(certificate);
      warning.replace(certificate);
      LOG.log(
          System.Logger.Level.INFO,
          "the certificate was renewed: {0}, until {1}",
          certificate.name(),
          certificate.expiry());
    } catch (UnusableCertificate e) {
      refused(LoadedCertificate.path(e), String.valueOf(e.getMessage()));
    }
  }

  private static void refused(String key, String why) {
    LOG.log(
        System.Logger.Level.WARNING,
        "{0}: {1}; the previous certificate and key stay in use",
        key,
        why);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
