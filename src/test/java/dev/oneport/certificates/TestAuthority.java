package dev.oneport.certificates;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/** An authority that issues certificates to clients, good ones and others. */
public final class TestAuthority {
  public static final String CLIENT = "1.3.6.1.5.5.7.3.2";
  public static final String SERVER = "1.3.6.1.5.5.7.3.1";

  private static final byte[] ECDSA = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final int SIGNATURES = 0x80;
  private static final int CERTIFICATES = 0x04;
  private static final int CONTEXT = 0x80;
  private static final int STRUCTURED = 0xA0;

  private final KeyPair pair;
  private final X509Certificate certificate;
  private final List<X509Certificate> above;
  private final Instant now;

  private TestAuthority(
      KeyPair pair, X509Certificate certificate, List<X509Certificate> above, Instant now) {
    this.pair = pair;
    this.certificate = certificate;
    this.above = above;
    this.now = now;
  }

  /** An authority that nobody is above. */
  public static TestAuthority root(String name, Instant now) {
    return root(name, now, Duration.ofDays(365));
  }

  public static TestAuthority root(String name, Instant now, Duration life) {
    var pair = pair();
    var made = new Maker("CN=" + name, now.minus(Duration.ofDays(30)), now.plus(life));
    made.authority();
    return new TestAuthority(pair, made.sign(pair, pair, "CN=" + name), List.of(), now);
  }

  /** An authority that this one vouches for. */
  public TestAuthority below(String name) {
    var pair = pair();
    var made = maker("CN=" + name);
    made.authority();
    var own = made.sign(pair, this.pair, certificate.getSubjectX500Principal().getName());
    var chain = new ArrayList<>(List.of(own));
    chain.addAll(above);
    return new TestAuthority(pair, own, chain, now);
  }

  /** A client's certificate in the making, for a subject such as {@code CN=alice}. */
  public Maker client(String subject) {
    var made = maker(subject);
    made.keyUsage(SIGNATURES);
    return made.extendedKeyUsage(CLIENT);
  }

  private Maker maker(String subject) {
    return new Maker(subject, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(90)));
  }

  /** The certificate with its key and what its client sends with it. */
  public ServerCertificate issue(Maker maker) {
    var own = pair();
    var leaf = maker.sign(own, pair, certificate.getSubjectX500Principal().getName());
    var chain = new ArrayList<>(List.of(leaf));
    chain.addAll(above);
    return new ServerCertificate(chain, own.getPrivate());
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public String pem() {
    return Pem.of(certificate);
  }

  private static KeyPair pair() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A certificate in the making. */
  public static final class Maker {
    private final String subject;
    private final List<byte[]> names = new ArrayList<>();
    private final List<byte[]> extensions = new ArrayList<>();
    private Instant from;
    private Instant until;

    private Maker(String subject, Instant from, Instant until) {
      this.subject = subject;
      this.from = from;
      this.until = until;
    }

    public Maker uri(String uri) {
      return name(6, uri);
    }

    public Maker dns(String name) {
      return name(2, name);
    }

    public Maker email(String address) {
      return name(1, address);
    }

    private Maker name(int type, String text) {
      names.add(Der.value(CONTEXT | type, text.getBytes(StandardCharsets.US_ASCII)));
      return this;
    }

    public Maker valid(Instant begin, Instant end) {
      from = begin;
      until = end;
      return this;
    }

    /** Without the usages that clients' certificates have. */
    public Maker withoutUsages() {
      extensions.clear();
      return this;
    }

    public Maker extendedKeyUsage(String usage) {
      return extension("2.5.29.37", Der.sequence(Der.oid(usage)));
    }

    /** The usages as the first byte of their bits (RFC 5280 section 4.2.1.3). */
    public Maker keyUsage(int bits) {
      return extension("2.5.29.15", Der.bits(new byte[] {(byte) bits}));
    }

    public Maker authority() {
      keyUsage(CERTIFICATES);
      return extension("2.5.29.19", Der.sequence(Der.yes()));
    }

    private Maker extension(String id, byte[] content) {
      extensions.add(Der.sequence(Der.oid(id), Der.yes(), Der.octets(content)));
      return this;
    }

    private X509Certificate sign(KeyPair own, KeyPair issuer, String issuerName) {
      if (!names.isEmpty()) {
        var all = Der.sequence(names.toArray(byte[][]::new));
        extensions.add(Der.sequence(Der.oid("2.5.29.17"), Der.octets(all)));
      }
      var open =
          Der.sequence(
              Der.value(STRUCTURED, Der.integer(2)),
              Der.integer(new BigInteger(120, new SecureRandom()).setBit(120)),
              ECDSA,
              new X500Principal(issuerName).getEncoded(),
              Der.sequence(Der.time(from), Der.time(until)),
              new X500Principal(subject).getEncoded(),
              own.getPublic().getEncoded(),
              Der.value(STRUCTURED | 3, Der.sequence(extensions.toArray(byte[][]::new))));
      try {
        var signing = Signature.getInstance("SHA256withECDSA");
        signing.initSign(issuer.getPrivate());
        signing.update(open);
        var signed = Der.sequence(open, ECDSA, Der.bits(signing.sign()));
        return (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(signed));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
