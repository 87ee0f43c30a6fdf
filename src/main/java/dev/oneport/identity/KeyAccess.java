package dev.oneport.identity;

import dev.oneport.config.NamedFile;
import dev.oneport.config.Section;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificates and the bearer token for fetching an issuer's keys from a protected server, such
 * as a Kubernetes API server. Both files are read again for each fetch, because they are rotated.
 *
 * @param ca a PEM file with the trusted certificates; if empty, the system's are trusted
 * @param token a file with the bearer token to send
 * @param proxy the proxy in front of other machines; never for the cluster's own server
 */
record KeyAccess(Optional<Path> ca, Optional<Path> token, OutgoingProxy proxy) {
  static final KeyAccess OPEN = new KeyAccess(Optional.empty(), Optional.empty());

  /** The value of {@code jwks} that means the API server of the cluster that this process is in. */
  static final String IN_CLUSTER = "in-cluster";

  /** See "Accessing the Kubernetes API from a Pod". */
  static final String CLUSTER_KEYS = "https://kubernetes.default.svc/openid/v1/jwks";

  private static final Path POD = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
  private static final int MAX_BYTES = 1 << 20;

  KeyAccess(Optional<Path> ca, Optional<Path> token) {
    this(ca, token, OutgoingProxy.NONE);
  }

  /**
   * Reads {@code ca} and {@code token-file}.
   *
   * @param inCluster whether they default to the pod's service account
   */
  static KeyAccess read(Section section, boolean inCluster) {
    var ca =
        NamedFile.read(section, "ca", inCluster ? POD.resolve("ca.crt").toString() : "", "jwks");
    var token =
        NamedFile.read(
            section, "token-file", inCluster ? POD.resolve("token").toString() : "", "jwks");
    ca.filter(Files::isReadable).ifPresent(file -> check(section, file));
    return new KeyAccess(ca, token, inCluster ? OutgoingProxy.NONE : OutgoingProxy.read(section));
  }

  /**
   * Reports files that are useless with the keys' URL, and a token that would be sent unencrypted.
   */
  void check(Section section, URI keys) {
    if ("https".equalsIgnoreCase(keys.getScheme())) {
      return;
    }
    if (ca.isPresent()) {
      section.problem("ca", "needs an https URL");
    }
    if (token.isPresent() && !isLoopback(keys.getHost())) {
      section.problem("token-file", "would send the token unencrypted: use an https URL");
    }
  }

  /** The access for the URL {@code other}: without the token if it is another server. */
  KeyAccess at(URI other, URI own) {
    return other.getScheme().equalsIgnoreCase(own.getScheme())
            && other.getAuthority().equalsIgnoreCase(own.getAuthority())
        ? this
        : new KeyAccess(ca, Optional.empty(), proxy);
  }

  /** Reports files that are never used because no keys are fetched. */
  static void checkUnused(Section section) {
    for (var key : new String[] {"ca", "token-file"}) {
      if (section.has(key)) {
        section.problem(key, "is only used for keys that are fetched from a URL");
      }
    }
  }

  /** Reads the bearer token. */
  Optional<String> bearer() throws IOException {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    var text = new String(bytes(token.get()), StandardCharsets.US_ASCII).strip();
    if (!text.matches("[A-Za-z0-9._~+/=-]+")) {
      throw new IOException("the token file holds no bearer token");
    }
    return Optional.of(text);
  }

  /** Reads a file, bounded in size. */
  static byte[] bytes(Path file) throws IOException {
    try {
      if (Files.size(file) <= MAX_BYTES) {
        return Files.readAllBytes(file);
      }
    } catch (IOException e) {
      throw new IOException("cannot read " + file, e);
    }
    throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
  }

  /** TLS that trusts only these certificates. */
  static SSLContext trusting(byte[] pem) throws IOException {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      var number = 0;
      var certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem));
      for (var certificate : certificates) {
        store.setCertificateEntry("ca" + number++, certificate);
      }
      if (number == 0) {
        throw new IOException("the file of ca holds no certificate");
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the file of ca holds no certificate", e);
    }
  }

  private static void check(Section section, Path ca) {
    try {
      var _ = trusting(bytes(ca));
    } catch (IOException e) {
      section.problem("ca", "must be a file of certificates in PEM");
    }
  }

  static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }
}
