package dev.oneport.certificates;

import dev.oneport.certificates.UnusableCertificate.Part;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads PEM (RFC 7468). Text around the blocks is ignored, as OpenSSL writes it.
 *
 * @param headers what older formats say before the content, such as {@code Proc-Type}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Pem(String label, String headers, byte[] content) {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]+)-----\\s*((?:[A-Za-z-]+: [^\n]*\n)*+)([^-]*)-----END \\1-----");
  private static final String CERTIFICATE = "CERTIFICATE";

  /** All blocks of a file. */
  static List<Pem> blocks(byte[] file, Part part) {
    if (file.length == 0) {
      throw new UnusableCertificate(part, "is empty");
    }
    var blocks = new ArrayList<Pem>();
    var found = BLOCK.matcher(new String(file, StandardCharsets.ISO_8859_1).replace("\r\n", "\n"));
    while (found.find()) {
      blocks.add(new Pem(found.group(1), found.group(2), content(found.group(3), part)));
    }
    if (blocks.isEmpty()) {
      throw new UnusableCertificate(part, "is not PEM: it has no whole -----BEGIN ...----- block");
    }
    return blocks;
  }

  /** The certificates of a file, in its order; at least one. */
  static List<X509Certificate> certificates(byte[] file, Part part) {
    var certificates = new ArrayList<X509Certificate>();
    for (var block : blocks(file, part)) {
      if (block.label.equals(CERTIFICATE)) {
        certificates.add(certificate(block, certificates.size() + 1, part));
      }
    }
    if (certificates.isEmpty()) {
      throw new UnusableCertificate(part, "holds no certificate");
    }
    return List.copyOf(certificates);
  }

  private static X509Certificate certificate(Pem block, int number, Part part) {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content));
    } catch (CertificateException e) {
      throw new UnusableCertificate(part, "certificate " + number + " of the file cannot be read");
    }
  }

  private static byte[] content(String base64, Part part) {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new UnusableCertificate(part, "is not PEM: a block is not base64");
    }
  }

  /** A certificate as PEM. */
  static String of(X509Certificate certificate) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + lines.encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateException e) {
      throw new IllegalStateException("a certificate without an encoding", e);
    }
  }
}
