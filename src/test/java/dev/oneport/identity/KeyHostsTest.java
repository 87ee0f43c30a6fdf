package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where an issuer's configuration may send us for its keys. No name is looked up, none is asked.
 */
final class KeyHostsTest {
  private static final String GOOD = "good";
  private static final String SCHEME =
      "its configuration names a URL for the keys that is neither https nor on its own host";
  private static final String RESERVED = "its configuration names a reserved address for the keys";
  private static final String THIS_MACHINE =
      "its configuration names a loopback address for the keys, but the issuer is on another"
          + " machine";
  private static final String METADATA = "its configuration names a metadata server for the keys";
  private static final String NO_URL = "its configuration names no URL for the keys";

  /** Addresses in hexadecimal; several where there is a comma. */
  private static final Map<String, String> HOSTS =
      Map.ofEntries(
          Map.entry("issuer.test", "cb007105"),
          Map.entry("keys.test", "cb007106"),
          Map.entry("keys6.test", "20010db8000000000000000000000001"),
          Map.entry("inside.test", "0a000001"),
          Map.entry("local.test", "7f000001"),
          Map.entry("local6.test", "00000000000000000000000000000001"),
          Map.entry("mapped-local.test", "00000000000000000000ffff7f000001"),
          Map.entry("nat64-local.test", "0064ff9b00000000000000007f000001"),
          Map.entry("link.test", "a9fea9fe"),
          Map.entry("link6.test", "fe800000000000000000000000000001"),
          Map.entry("mapped-link.test", "00000000000000000000ffffa9fea9fe"),
          Map.entry("compatible-link.test", "000000000000000000000000a9fea9fe"),
          Map.entry("nat64-link.test", "0064ff9b0000000000000000a9fea9fe"),
          Map.entry("6to4-link.test", "2002a9fea9fe00000000000000000001"),
          Map.entry("one-of-two.test", "cb007106,a9fea9fe"),
          Map.entry("any.test", "00000000"),
          Map.entry("any6.test", "00000000000000000000000000000000"),
          Map.entry("zero-net.test", "00000001"),
          Map.entry("multicast.test", "e0000001"),
          Map.entry("multicast6.test", "ff020000000000000000000000000001"),
          Map.entry("aws6.test", "fd000ec2000000000000000000000254"),
          Map.entry("alibaba.test", "646464c8"));

  record Row(String keys, String issuer, String said) {
    @Override
    public String toString() {
      return keys + " of " + issuer;
    }
  }

  static Stream<Row> rows() {
    var https = "https://issuer.test";
    return Stream.of(
        new Row("https://issuer.test/keys", https, GOOD),
        new Row("https://keys.test/keys", https, GOOD),
        new Row("HTTPS://KEYS.test:8443/keys", https, GOOD),
        new Row("https://keys6.test/keys", https, GOOD),
        new Row("https://inside.test/keys", https, GOOD),
        new Row("http://issuer.test/keys", https, SCHEME),
        new Row("http://keys.test/keys", https, SCHEME),
        new Row("http://issuer.test:81/keys", "http://issuer.test", GOOD),
        new Row("http://ISSUER.test/keys", "http://issuer.test", GOOD),
        new Row("https://keys.test/keys", "http://issuer.test", GOOD),
        new Row("http://keys.test/keys", "http://issuer.test", SCHEME),
        new Row("ftp://issuer.test/keys", https, SCHEME),
        new Row("file:///etc/passwd", https, NO_URL),
        new Row("/keys", https, NO_URL),
        new Row("", https, NO_URL),
        new Row("https://user@keys.test/", https, NO_URL),
        new Row("https://unknown.test/", https, "unknown.test"),
        new Row("https://local.test/", https, THIS_MACHINE),
        new Row("https://local6.test/", https, THIS_MACHINE),
        new Row("https://mapped-local.test/", https, THIS_MACHINE),
        new Row("https://nat64-local.test/", https, THIS_MACHINE),
        new Row("https://local.test/", "http://local.test", GOOD),
        new Row("http://local.test:81/", "http://local.test", GOOD),
        new Row("https://local6.test/", "https://local.test", GOOD),
        new Row("https://link.test/", https, RESERVED),
        new Row("https://link.test/", "https://local.test", RESERVED),
        new Row("https://link.test/", "https://link.test", RESERVED),
        new Row("https://link6.test/", https, RESERVED),
        new Row("https://mapped-link.test/", https, RESERVED),
        new Row("https://compatible-link.test/", https, RESERVED),
        new Row("https://nat64-link.test/", https, RESERVED),
        new Row("https://6to4-link.test/", https, RESERVED),
        new Row("https://one-of-two.test/", https, RESERVED),
        new Row("https://any.test/", https, RESERVED),
        new Row("https://any6.test/", https, RESERVED),
        new Row("https://zero-net.test/", https, RESERVED),
        new Row("https://multicast.test/", https, RESERVED),
        new Row("https://multicast6.test/", https, RESERVED),
        new Row("https://aws6.test/", https, RESERVED),
        new Row("https://alibaba.test/", https, RESERVED),
        new Row("https://metadata.google.internal/", https, METADATA),
        new Row("https://Metadata.Google.Internal./", https, METADATA),
        new Row("https://metadata/", https, METADATA));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void keysAreFetchedWhereAnIssuerCanHaveThem(Row row) {
    assertEquals(row.said(), said(row));
  }

  private static String said(Row row) {
    try {
      new KeyHosts(KeyHostsTest::addresses)
          .check(URI.create(row.keys()), URI.create(row.issuer()), false);
      return GOOD;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static InetAddress[] addresses(String host) throws UnknownHostException {
    var known = HOSTS.get(host.toLowerCase(Locale.ROOT));
    if (known == null) {
      throw new UnknownHostException(host);
    }
    return List.of(known.split(",", -1)).stream()
        .map(KeyHostsTest::address)
        .toArray(InetAddress[]::new);
  }

  private static InetAddress address(String hex) {
    try {
      return InetAddress.getByAddress(HexFormat.of().parseHex(hex));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(hex, e);
    }
  }
}
