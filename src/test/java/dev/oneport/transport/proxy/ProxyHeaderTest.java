package dev.oneport.transport.proxy;

import static dev.oneport.testing.ProxyHeaders.line;
import static dev.oneport.testing.ProxyHeaders.version2;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The header of the PROXY protocol: good, malformed, cut, and random. */
final class ProxyHeaderTest {
  private static final byte[] UNIX = new byte[216];

  /** A header and the client that it names; empty for none, null if it is malformed. */
  @SuppressWarnings("ArrayRecordComponent")
  record Row(String name, byte[] bytes, @Nullable String client) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> good() {
    return Stream.of(
        one("PROXY TCP4 198.51.100.1 192.0.2.1 56324 443", "198.51.100.1:56324"),
        one("PROXY TCP4 255.255.255.255 0.0.0.0 65535 0", "255.255.255.255:65535"),
        one("PROXY TCP6 2001:db8::1 ::1 56324 443", "2001:db8:0:0:0:0:0:1:56324"),
        one(
            "PROXY TCP6 ffff:f:f:f:f:f:f:ffff ffff:f:f:f:f:f:f:ffff 65535 65535",
            "ffff:f:f:f:f:f:f:ffff:65535"),
        one("PROXY UNKNOWN", ""),
        one("PROXY UNKNOWN ffff:f:f:f:f:f:f:ffff ffff:f:f:f:f:f:f:ffff 65535 65535", ""),
        one("PROXY UNKNOWN and anything else", ""),
        new Row("IPv4", version2("198.51.100.1", 4711), "198.51.100.1:4711"),
        new Row("IPv6", version2("2001:db8::1", 65535), "2001:db8:0:0:0:0:0:1:65535"),
        new Row(
            "with more behind",
            version2("198.51.100.1", 1, new byte[] {1, 0, 2, 'h', '2', 4, 0, 0}),
            "198.51.100.1:1"),
        new Row("the longest", version2("198.51.100.1", 1, new byte[4068]), "198.51.100.1:1"),
        new Row("a local command", version2(0x20, 0x00, new byte[0]), ""),
        new Row("a local command with addresses", version2(0x20, 0x11, new byte[12]), ""),
        new Row("a local command of no known kind", version2(0x20, 0x7F, new byte[3]), ""),
        new Row("unspecified", version2(0x21, 0x00, new byte[5]), ""),
        new Row("a Unix socket", version2(0x21, 0x31, UNIX), ""));
  }

  static Stream<Row> bad() {
    return Stream.of(
        one("PROXY TCP4 198.51.100.1 192.0.2.1 56324", null),
        one("PROXY TCP4 198.51.100.1 192.0.2.1 56324 443 ", null),
        one("PROXY  TCP4 198.51.100.1 192.0.2.1 56324 443", null),
        one("PROXY TCP4 198.51.100.1 192.0.2.1 65536 443", null),
        one("PROXY TCP4 198.51.100.1 192.0.2.1 1 99999", null),
        one("PROXY TCP4 198.51.100.1 192.0.2.1 -1 443", null),
        one("PROXY TCP4 198.51.100.1 192.0.2.1 01 443", null),
        one("PROXY TCP4 198.51.100.256 192.0.2.1 1 443", null),
        one("PROXY TCP4 198.051.100.1 192.0.2.1 1 443", null),
        one("PROXY TCP4 198.51.1 192.0.2.1 1 443", null),
        one("PROXY TCP4 2001:db8::1 ::1 1 443", null),
        one("PROXY TCP6 198.51.100.1 192.0.2.1 1 443", null),
        one("PROXY TCP6 2001:db8:::1 ::1 1 443", null),
        one("PROXY TCP6 fe80::1%eth0 ::1 1 443", null),
        one("PROXY UDP4 198.51.100.1 192.0.2.1 1 443", null),
        one("PROXY tcp4 198.51.100.1 192.0.2.1 1 443", null),
        one("PROXY", null),
        one("PROXY ", null),
        one("PROXY UNKNOWN\rX", null),
        one("PROXY UNKNOWN " + "x".repeat(92), null),
        new Row("a bare line feed", "PROXY UNKNOWN\n".getBytes(UTF_8), null),
        new Row("a request", "GET / HTTP/1.1\r\n".getBytes(UTF_8), null),
        new Row("TLS", new byte[] {22, 3, 1, 0, 5}, null),
        new Row("version 1 in version 2", version2(0x11, 0x11, new byte[12]), null),
        new Row("version 3", version2(0x31, 0x11, new byte[12]), null),
        new Row("an unknown command", version2(0x22, 0x11, new byte[12]), null),
        new Row("an unknown family", version2(0x21, 0x41, new byte[12]), null),
        new Row("an unknown transport", version2(0x21, 0x13, new byte[12]), null),
        new Row("UDP", version2(0x21, 0x12, new byte[12]), null),
        new Row("too short for IPv4", version2(0x21, 0x11, new byte[11]), null),
        new Row("too short for IPv6", version2(0x21, 0x21, new byte[35]), null),
        new Row("too short for a Unix socket", version2(0x21, 0x31, new byte[215]), null),
        new Row("too long", version2(0x21, 0x11, 65535, new byte[0]), null),
        new Row("one too long", version2(0x21, 0x11, 4081, new byte[0]), null));
  }

  @ParameterizedTest
  @MethodSource("good")
  void namesItsClient(Row row) throws Exception {
    var header = ProxyHeader.of(row.bytes(), row.bytes().length).orElseThrow();
    assertEquals(row.bytes().length, header.length());
    assertEquals(row.client(), header.client().map(ProxyHeaderTest::shown).orElse(""));
    assertTrue(ProxyHeader.begins(row.bytes()));
  }

  /** Its end is known when it is there, and not before; what follows is not looked at. */
  @ParameterizedTest
  @MethodSource("good")
  void waitsForItsEnd(Row row) throws Exception {
    for (int length = 1; length < row.bytes().length; length++) {
      assertEquals(Optional.empty(), ProxyHeader.of(row.bytes(), length), "of " + length);
    }
    var more = Arrays.copyOf(row.bytes(), row.bytes().length + 20);
    assertEquals(row.bytes().length, ProxyHeader.of(more, more.length).orElseThrow().length());
  }

  @ParameterizedTest
  @MethodSource("bad")
  void isRefused(Row row) {
    assertThrows(
        ProxyHeader.Malformed.class, () -> ProxyHeader.of(row.bytes(), row.bytes().length));
  }

  /** However the bytes change, there is an answer, and it never needs more than 4 KiB. */
  @Test
  void mutationsAreAnswered() {
    var random = new Random(3);
    var seeds = good().map(Row::bytes).toList();
    for (int i = 0; i < 200_000; i++) {
      var bytes = seeds.get(random.nextInt(seeds.size())).clone();
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        bytes[random.nextInt(Math.min(bytes.length, 60))] = (byte) random.nextInt();
      }
      try {
        var header = ProxyHeader.of(bytes, bytes.length);
        assertTrue(header.isEmpty() || header.get().length() <= 4096);
        assertTrue(header.isPresent() || bytes.length < 4096);
      } catch (ProxyHeader.Malformed _) {
        // as it should be
      }
    }
  }

  private static Row one(String line, @Nullable String client) {
    return new Row(line, line(line), client);
  }

  private static String shown(InetSocketAddress client) {
    return client.getAddress().getHostAddress() + ":" + client.getPort();
  }
}
