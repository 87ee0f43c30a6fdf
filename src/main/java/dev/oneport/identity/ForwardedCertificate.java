package dev.oneport.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.oneport.certificates.PathCheck;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the certificate that a proxy says its client has shown to it (RFC 9440): {@code
 * Client-Cert: :MIIB...:}, and the issuers in {@code Client-Cert-Chain}.
 *
 * @param header the name of the first, in lower case; {@code -chain} follows in that of the second
 */
record ForwardedCertificate(String header, Cache<List<String>, ClientCertificate> known) {
  private static final String CHAIN = "-chain";

  /** In characters, because clients of a proxy may choose what it forwards. */
  private static final long MOST_KNOWN = 4 << 20;

  private static final int LONGEST = 64 << 10;
  private static final ClientCertificate UNREADABLE = new ClientCertificate(List.of(), true);

  ForwardedCertificate(String header) {
    this(
        header,
        Caffeine.newBuilder()
            .maximumWeight(MOST_KNOWN)
            .weigher(
                (List<String> items, ClientCertificate _) ->
                    items.stream().mapToInt(String::length).sum())
            .build());
  }

  /** The names of both headers. */
  List<String> headers() {
    return List.of(header, header + CHAIN);
  }

  /**
   * What the proxy says; empty if it says nothing.
   *
   * @param headers gives all values of a header, by its name in lower case
   */
  Optional<ClientCertificate> of(Function<String, List<String>> headers) {
    var own = headers.apply(header);
    if (own.isEmpty()) {
      return Optional.empty();
    }
    var all = new ArrayList<>(own);
    var issuers = String.join(",", headers.apply(header + CHAIN));
    if (own.size() > 1 || own.getFirst().length() + issuers.length() > LONGEST) {
      return Optional.of(UNREADABLE);
    }
    if (!issuers.isBlank()) {
      all.addAll(List.of(issuers.split(",", -1)));
    }
    return Optional.of(known.get(all, ForwardedCertificate::parse));
  }

  private static ClientCertificate parse(List<String> items) {
    if (items.size() > PathCheck.LONGEST) {
      return UNREADABLE;
    }
    try {
      var chain = new ArrayList<X509Certificate>();
      for (var item : items) {
        chain.add(certificate(item.strip()));
      }
      return new ClientCertificate(chain, true);
    } catch (CertificateException | IllegalArgumentException e) {
      return UNREADABLE;
    }
  }

  /** A byte sequence (RFC 8941 section 3.3.5). */
  private static X509Certificate certificate(String item) throws CertificateException {
    if (item.length() < 2 || !item.startsWith(":") || !item.endsWith(":")) {
      throw new CertificateException("not a byte sequence");
    }
    var der = Base64.getDecoder().decode(item.substring(1, item.length() - 1));
    var factory = CertificateFactory.getInstance("X.509");
    return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
  }
}
