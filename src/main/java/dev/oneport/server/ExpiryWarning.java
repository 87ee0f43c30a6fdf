package dev.oneport.server;

import dev.oneport.certificates.ServerCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Warns that a certificate expires: 30 days before, 7 days before, and when it has expired. */
final class ExpiryWarning {
  private static final System.Logger LOG = System.getLogger("dev.oneport");
  private static final List<Duration> BEFORE =
      List.of(Duration.ofDays(30), Duration.ofDays(7), Duration.ZERO);

  private ServerCertificate certificate;
  private int warned;

  ExpiryWarning(ServerCertificate certificate) {
    this.certificate = certificate;
  }

  void replace(ServerCertificate renewed) {
    certificate = renewed;
    warned = 0;
  }

  /** Warns if another of these times has passed since the last check. */
  void check(Instant now) {
    var left = Duration.between(now, certificate.expiry());
    var due = (int) BEFORE.stream().filter(before -> left.compareTo(before) <= 0).count();
    if (due <= warned) {
      return;
    }
    warned = due;
    if (left.isPositive()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the certificate {0} expires in {1} days, on {2}",
          certificate.name(),
          String.valueOf(left.toDays()),
          certificate.expiry());
    } else {
      LOG.log(
          System.Logger.Level.WARNING,
          "the certificate {0} expired on {1}; clients refuse to connect",
          certificate.name(),
          certificate.expiry());
    }
  }
}
