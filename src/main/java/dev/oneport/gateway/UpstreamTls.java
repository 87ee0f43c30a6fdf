package dev.oneport.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The trusted certificates of upstreams. */
public final class UpstreamTls {
  private UpstreamTls() {}

  /**
   * A context that trusts the certificates in a file, or the system's.
   *
   * @throws IOException if the file has no certificates
   */
  public static SSLContext context(Optional<Path> ca) throws IOException {
    try {
      if (ca.isEmpty()) {
        return SSLContext.getDefault();
      }
      var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(roots(ca.get()));
      var context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "no TLS with " + ca.map(Path::toString).orElse("the system's roots"), e);
    }
  }

  private static KeyStore roots(Path file) throws IOException, GeneralSecurityException {
    var roots = KeyStore.getInstance(KeyStore.getDefaultType());
    roots.load(null, null);
    try (var in = Files.newInputStream(file)) {
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        roots.setCertificateEntry("root-" + roots.size(), certificate);
      }
    }
    if (roots.size() == 0) {
      throw new IOException("no certificate in " + file);
    }
    return roots;
  }

  /** Checks a file of certificates; returns the problem, if there is one. */
  static Optional<String> problem(Path file) {
    try {
      var _ = roots(file);
      return Optional.empty();
    } catch (IOException | GeneralSecurityException e) {
      return Optional.of("'" + file + "' is not a readable file with certificates (PEM)");
    }
  }
}
