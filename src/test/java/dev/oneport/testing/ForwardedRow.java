package dev.oneport.testing;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A forwarding header, and the client that the server finds in it.
 *
 * @param peer the other end of the connection
 * @param client the client's address; a star marks a trusted proxy's address
 */
public record ForwardedRow(String name, Kind kind, String peer, List<String> lines, String client) {
  /** The server's setting. */
  public enum Kind {
    X_FORWARDED_FOR,
    FORWARDED,
    CLOUD_RUN
  }

  /** The trusted networks except on Cloud Run. */
  public static final List<String> TRUSTED = List.of("10.0.0.0/8", "192.0.2.7", "fd00::/16");

  private static final String V6 = "2001:db8:0:0:0:0:0:1";

  /** The header's name in lower case. */
  public String header() {
    return kind == Kind.FORWARDED ? "forwarded" : "x-forwarded-for";
  }

  @Override
  public String toString() {
    return name;
  }

  /** All rows. */
  public static Stream<ForwardedRow> all() {
    return Stream.of(xForwarded(), forwarded(), cloudRun()).flatMap(rows -> rows);
  }

  private static Stream<ForwardedRow> xForwarded() {
    return Stream.of(
        x("a stranger's header is ignored", "203.0.113.9", "203.0.113.9", "198.51.100.1"),
        x("a stranger's header of many hops", "203.0.113.9", "203.0.113.9", "1.1.1.1, 10.0.0.1"),
        x("one hop", "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        x("no header", "10.0.0.1", "*10.0.0.1"),
        x("spoofed before the proxy", "10.0.0.1", "198.51.100.1", "1.1.1.1, 198.51.100.1"),
        x("a chain", "10.0.0.1", "198.51.100.1", "1.1.1.1, 198.51.100.1, 10.0.0.2, 10.0.0.3"),
        x("all are proxies", "10.0.0.1", "*10.0.0.3", "10.0.0.3,10.0.0.2"),
        x("several lines", "10.0.0.1", "198.51.100.1", "1.1.1.1", "198.51.100.1", "10.0.0.2"),
        x("an empty line before", "10.0.0.1", "198.51.100.1", "", "198.51.100.1"),
        x("an empty element at the end", "10.0.0.1", "*10.0.0.1", "1.1.1.1, 198.51.100.1,"),
        x("an empty line at the end", "10.0.0.1", "*10.0.0.1", "198.51.100.1", ""),
        x("an empty element within", "10.0.0.1", "*10.0.0.2", "1.1.1.1,,10.0.0.2"),
        x("only commas", "10.0.0.1", "*10.0.0.1", ",,,"),
        x("unknown", "10.0.0.1", "*10.0.0.1", "1.1.1.1, unknown"),
        x("hidden behind a proxy", "10.0.0.1", "*10.0.0.2", "1.1.1.1, _hidden, 10.0.0.2"),
        x("a name", "10.0.0.1", "*10.0.0.1", "localhost"),
        x("a socket's path", "10.0.0.1", "*10.0.0.1", "1.1.1.1, unix:"),
        x("with a port", "10.0.0.1", "198.51.100.1", "198.51.100.1:5678"),
        x("with a port that is none", "10.0.0.1", "*10.0.0.1", "198.51.100.1:x"),
        x("three parts", "10.0.0.1", "*10.0.0.1", "1.2.3"),
        x("octal", "10.0.0.1", "*10.0.0.1", "010.0.0.1"),
        x("a number", "10.0.0.1", "*10.0.0.1", "3232235777"),
        x("over 255", "10.0.0.1", "*10.0.0.1", "1.1.1.256"),
        x("IPv6", "10.0.0.1", V6, "2001:db8::1"),
        x("IPv6 in capitals", "10.0.0.1", V6, "2001:DB8::1"),
        x("IPv6 in brackets", "10.0.0.1", V6, "[2001:db8::1]"),
        x("IPv6 with a port", "10.0.0.1", V6, "[2001:db8::1]:443"),
        x("IPv6 with a zone", "10.0.0.1", "fe80:0:0:0:0:0:0:1", "fe80::1%eth0"),
        x("IPv6 with a zone in brackets", "10.0.0.1", "fe80:0:0:0:0:0:0:1", "[fe80::1%25eth0]:1"),
        x("IPv6 without its bracket", "10.0.0.1", "*10.0.0.1", "[2001:db8::1"),
        x("IPv6 of nine parts", "10.0.0.1", "*10.0.0.1", "1:2:3:4:5:6:7:8:9"),
        x("an IPv4 address in brackets", "10.0.0.1", "*10.0.0.1", "[198.51.100.1]"),
        x("IPv4 in IPv6", "10.0.0.1", "198.51.100.1", "::ffff:198.51.100.1"),
        x("a proxy's IPv4 in IPv6", "10.0.0.1", "1.1.1.1", "1.1.1.1, ::ffff:10.0.0.2"),
        x("a peer of IPv6", "fd00::5", "198.51.100.1", "198.51.100.1"),
        x("a peer beside the range", "fd01::5", "fd01:0:0:0:0:0:0:5", "198.51.100.1"),
        x("a peer that is a range of one", "192.0.2.7", "198.51.100.1", "198.51.100.1"),
        x("the peer beside it", "192.0.2.6", "192.0.2.6", "198.51.100.1"),
        x("100 hops", "10.0.0.1", "198.51.100.1", "1.1.1.1, 198.51.100.1" + hops(100)),
        x("a thousand hops", "10.0.0.1", "*10.0.3.105", "1.1.1.1" + hops(1000)),
        x("quotes mean nothing", "10.0.0.1", "198.51.100.1", "\"1.1.1.1, 198.51.100.1"));
  }

  private static Stream<ForwardedRow> forwarded() {
    return Stream.of(
        f("one hop", "10.0.0.1", "198.51.100.1", "for=198.51.100.1"),
        f("none", "10.0.0.1", "*10.0.0.1"),
        f("in capitals, quoted", "10.0.0.1", "198.51.100.1", "For=\"198.51.100.1:47011\""),
        f("IPv6", "10.0.0.1", V6, "for=\"[2001:db8::1]:443\";proto=https"),
        f("IPv6 not quoted", "10.0.0.1", "*10.0.0.1", "for=[2001:db8::1]"),
        f("a stranger's", "203.0.113.9", "203.0.113.9", "for=198.51.100.1"),
        f("a chain", "10.0.0.1", "1.1.1.2", "for=1.1.1.1,for=1.1.1.2;by=_x, for=10.0.0.2"),
        f("lines", "10.0.0.1", "1.1.1.2", "for=1.1.1.1", "for=1.1.1.2", "for=10.0.0.2"),
        f("unknown", "10.0.0.1", "*10.0.0.1", "for=1.1.1.1, for=unknown"),
        f("hidden", "10.0.0.1", "*10.0.0.1", "for=1.1.1.1, for=_hidden"),
        f("hidden port", "10.0.0.1", "198.51.100.1", "for=\"198.51.100.1:_port\""),
        f("no client named", "10.0.0.1", "*10.0.0.1", "for=1.1.1.1, proto=https;by=10.0.0.1"),
        f("two clients named", "10.0.0.1", "*10.0.0.1", "for=1.1.1.1;for=2.2.2.2"),
        f("a quote left open", "10.0.0.1", "1.1.1.2", "for=\"1.1.1.1, for=1.1.1.2"),
        f("a comma in quotes", "10.0.0.1", "1.1.1.2", "for=1.1.1.2;by=\"a,for=1.1.1.1\""),
        f("an escaped quote", "10.0.0.1", "1.1.1.2", "for=1.1.1.2;by=\"a\\\",for=1.1.1.1\""),
        f("not a pair", "10.0.0.1", "*10.0.0.1", "198.51.100.1"),
        f("a blank in a pair", "10.0.0.1", "*10.0.0.1", "for = 198.51.100.1"),
        f("an element of 2 KB", "10.0.0.1", "*10.0.0.1", "for=1.1.1.1;x=" + "y".repeat(2048)),
        f(
            "100 hops",
            "10.0.0.1",
            "1.1.1.2",
            "for=1.1.1.1,for=1.1.1.2" + ",for=10.0.0.2".repeat(99)));
  }

  private static Stream<ForwardedRow> cloudRun() {
    return Stream.of(
        run("the last address", "169.254.1.1", "198.51.100.1", "1.1.1.1, 198.51.100.1"),
        run("from the project's network", "169.254.1.1", "10.1.2.3", "1.1.1.1, 10.1.2.3"),
        run("from a private address", "192.168.1.1", "198.51.100.1", "1.1.1.1, 198.51.100.1"),
        run("a container in front", "127.0.0.1", "198.51.100.1", "198.51.100.1, 169.254.1.1"),
        run("a public peer", "203.0.113.9", "203.0.113.9", "198.51.100.1"),
        run("a unique local peer", "fdaa::1", "198.51.100.1", "198.51.100.1"));
  }

  private static String hops(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> ",10.0." + i / 256 + "." + i % 256)
        .collect(Collectors.joining());
  }

  private static ForwardedRow x(String name, String peer, String client, String... lines) {
    return new ForwardedRow(name, Kind.X_FORWARDED_FOR, peer, List.of(lines), client);
  }

  private static ForwardedRow f(String name, String peer, String client, String... lines) {
    return new ForwardedRow("Forwarded: " + name, Kind.FORWARDED, peer, List.of(lines), client);
  }

  private static ForwardedRow run(String name, String peer, String client, String... lines) {
    return new ForwardedRow("Cloud Run: " + name, Kind.CLOUD_RUN, peer, List.of(lines), client);
  }
}
