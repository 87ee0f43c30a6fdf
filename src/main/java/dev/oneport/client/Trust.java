package dev.oneport.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that a client trusts: those that chain to a root of this system, or to a given
 * private root. There is no way to trust all certificates.
 */
public final class Trust {
  private final X509ExtendedTrustManager manager;
  private final SSLContext context;

  private Trust(X509ExtendedTrustManager manager) {
    this.manager = manager;
    this.context = context(manager);
  }

  /** The roots of this system, as Java knows them. */
  public static Trust system() {
    try {
      return new Trust(manager(null));
    } catch (GeneralSecurityException e) {
      throw new InvalidInput("this Java installation has no trusted root certificates");
    }
  }

  /**
   * The roots of this system and those in a PEM file.
   *
   * @throws InvalidInput if the file contains no certificate
   */
  public static Trust with(Path pem) {
    try (var stream = Files.newInputStream(pem)) {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (var root : manager(null).getAcceptedIssuers()) {
        store.setCertificateEntry("system-" + store.size(), root);
      }
      var own = CertificateFactory.getInstance("X.509").generateCertificates(stream);
      if (own.isEmpty()) {
        throw new InvalidInput(pem + " contains no certificate in PEM form");
      }
      for (var root : own) {
        store.setCertificateEntry("own-" + store.size(), root);
      }
      return new Trust(manager(store));
    } catch (CertificateException e) {
      throw new InvalidInput(pem + " contains no certificate in PEM form");
    } catch (IOException e) {
      throw new InvalidInput("the certificates in " + pem + " cannot be read; is it there?");
    } catch (GeneralSecurityException e) {
      throw new InvalidInput("the certificates in " + pem + " cannot be used");
    }
  }

  SSLContext context() {
    return context;
  }

  /** A context that asks this manager alone. */
  static SSLContext context(X509ExtendedTrustManager watching) {
    try {
      var made = SSLContext.getInstance("TLS");
      made.init(null, new TrustManager[] {watching}, null);
      return made;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java installation has no TLS", e);
    }
  }

  X509ExtendedTrustManager manager() {
    return manager;
  }

  private static X509ExtendedTrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new GeneralSecurityException("no X.509 trust manager"));
  }
}
