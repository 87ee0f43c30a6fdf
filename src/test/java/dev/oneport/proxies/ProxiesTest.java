package dev.oneport.proxies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.ForwardedRow;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The client of a request is the rightmost address that is not a trusted proxy's. */
final class ProxiesTest {
  private static final int ROUNDS = Integer.getInteger("oneport.test.chains", 20_000);

  private static final List<Network> TRUSTED =
      ForwardedRow.TRUSTED.stream().map(Network::of).toList();
  private static final Proxies X_FORWARDED =
      new Proxies(TRUSTED, false, ForwardedHeader.X_FORWARDED_FOR);
  private static final Proxies FORWARDED = new Proxies(TRUSTED, false, ForwardedHeader.FORWARDED);
  private static final Proxies CLOUD_RUN =
      new Proxies(List.of(), true, ForwardedHeader.X_FORWARDED_FOR);

  @ParameterizedTest
  @MethodSource("dev.oneport.testing.ForwardedRow#all")
  void findsTheClient(ForwardedRow row) throws Exception {
    var proxies =
        switch (row.kind()) {
          case X_FORWARDED_FOR -> X_FORWARDED;
          case FORWARDED -> FORWARDED;
          case CLOUD_RUN -> CLOUD_RUN;
        };
    var client = client(proxies, row.peer(), Map.of(row.header(), row.lines()));
    assertEquals(row.client(), (client.proxy() ? "*" : "") + client.text());
  }

  @Test
  void schemeAndHostAreThoseThatTheFarthestTrustedProxySaw() throws Exception {
    assertEquals("https a.example", said("198.51.100.1", "https", "a.example"));
    assertEquals("https a.example", said("198.51.100.1", "http, https", "b.example, a.example"));
    assertEquals(
        "https a.example", said("198.51.100.1, 10.0.0.2", "http, https, http", "a.example"));
    assertEquals("https ", said("198.51.100.1", "WSS", "a.example/x"));
    assertEquals(" ", said("198.51.100.1", "javascript", "a b"));
    assertEquals(
        "https [::1]:8443",
        shown(
            client(
                FORWARDED,
                "10.0.0.1",
                Map.of(
                    "forwarded",
                    List.of(
                        "for=1.1.1.1;proto=http;host=evil.example,"
                            + "for=198.51.100.1;proto=https;host=\"[::1]:8443\","
                            + " for=10.0.0.2;proto=http;host=inner")))));
    var headers = Map.of("x-forwarded-proto", List.of("https"), "x-forwarded-host", List.of("b"));
    assertEquals(" ", shown(client(X_FORWARDED, "203.0.113.9", headers)));
    assertEquals("https b", shown(client(X_FORWARDED, "10.0.0.1", headers)));
  }

  @Test
  void originsAreComparedInOneForm() throws Exception {
    var direct = client(Proxies.NONE, "203.0.113.9", Map.of());
    assertEquals("http://a.example", direct.origin(false, "A.example:80"));
    assertEquals("https://a.example", direct.origin(true, "a.example:443"));
    assertEquals("http://a.example:443", direct.origin(false, "a.example:443"));
    assertEquals("", direct.origin(false, ""));
    var behind =
        client(
            X_FORWARDED,
            "10.0.0.1",
            Map.of("x-forwarded-proto", List.of("https"), "x-forwarded-host", List.of("B:443")));
    assertEquals("https://b", behind.origin(false, "inner:8080"));
  }

  @Test
  void aSocketWithoutAnAddressHasNone() {
    var peer = UnixDomainSocketAddress.of("/tmp/x");
    assertEquals(Client.UNKNOWN, X_FORWARDED.client(peer, _ -> List.of("1.1.1.1")));
  }

  /** Whatever a client sends, what proxies append after it is what counts. */
  @Test
  void aChainOfProxiesAlwaysVouchesForItsClient() throws Exception {
    var random = new Random(7);
    for (int i = 0; i < ROUNDS; i++) {
      boolean standard = random.nextBoolean();
      var lines = garbage(random, standard);
      var sender = "198.51.100." + random.nextInt(256);
      var client = sender;
      for (int hop = random.nextInt(1, 5); hop > 0; hop--) {
        append(lines, sender, random, standard);
        sender = "10.0." + random.nextInt(256) + "." + hop;
      }
      var found =
          standard
              ? client(FORWARDED, sender, Map.of("forwarded", lines))
              : client(X_FORWARDED, sender, Map.of("x-forwarded-for", lines));
      assertEquals(client + " false", found.text() + " " + found.proxy(), () -> "of " + lines);
    }
  }

  /** Whatever stands in the header, the answer is the peer, or stands after trusted ones only. */
  @Test
  void noAddressIsTakenThatNoTrustedProxyVouchedFor() throws Exception {
    var random = new Random(11);
    for (int i = 0; i < ROUNDS; i++) {
      var lines = garbage(random, false);
      var client = client(X_FORWARDED, "10.0.0.1", Map.of("x-forwarded-for", lines));
      assertEquals(vouchedFor(lines), client.text(), () -> "of " + lines);
    }
  }

  /** A second, slower reading: split from the left, then judged from the right. */
  private static String vouchedFor(List<String> lines) {
    var last = "10.0.0.1";
    var elements =
        lines.stream().flatMap(line -> Arrays.stream(line.split(",", -1))).map(String::strip);
    for (var element : elements.toList().reversed()) {
      var address = AddressText.node(element);
      if (address.isEmpty()) {
        break;
      }
      last = AddressText.of(address.get());
      if (TRUSTED.stream().noneMatch(network -> network.contains(address.get()))) {
        break;
      }
    }
    return last;
  }

  @Test
  void theWorkIsBoundedWhateverIsSent() throws Exception {
    for (var text : List.of(",", "10.0.0.1,", "\"", "\\\"", "for=\"\\", "a=b;", "[", "1:", "%")) {
      var lines = List.of(text.repeat(200_000 / text.length()));
      var began = System.nanoTime();
      var _ = client(X_FORWARDED, "10.0.0.1", Map.of("x-forwarded-for", lines));
      var _ = client(FORWARDED, "10.0.0.1", Map.of("forwarded", lines));
      var millis = (System.nanoTime() - began) / 1_000_000;
      assertTrue(millis < 1_000, text + " took " + millis + " ms");
    }
  }

  private static List<String> garbage(Random random, boolean standard) {
    var parts =
        standard
            ? List.of("for=", "\"", "\\", ",", ";", "1.1.1.1", "[::1]", "proto=http", " ", "=", "_")
            : List.of("1.1.1.1", "10.0.0.9", ",", ", ", "[::1]:1", "unknown", "\"", ":", "%", " ");
    var lines = new ArrayList<String>();
    for (int line = random.nextInt(3); line > 0; line--) {
      lines.add(
          IntStream.range(0, random.nextInt(9))
              .mapToObj(_ -> parts.get(random.nextInt(parts.size())))
              .collect(Collectors.joining()));
    }
    return lines;
  }

  private static void append(List<String> lines, String sender, Random random, boolean standard) {
    var port = random.nextBoolean() ? ":" + random.nextInt(65536) : "";
    var element = sender + port;
    if (standard && random.nextBoolean()) {
      element = "for=" + sender + ";by=\"a,\\\"b\"";
    } else if (standard) {
      element = "proto=http;for=\"" + sender + port + "\"";
    }
    if (lines.isEmpty() || random.nextBoolean()) {
      lines.add(element);
    } else {
      lines.set(lines.size() - 1, lines.getLast() + (random.nextBoolean() ? "," : ", ") + element);
    }
  }

  private static String said(String addresses, String scheme, String host) throws Exception {
    return shown(
        client(
            X_FORWARDED,
            "10.0.0.1",
            Map.of(
                "x-forwarded-for", List.of(addresses),
                "x-forwarded-proto", List.of(scheme),
                "x-forwarded-host", List.of(host))));
  }

  private static String shown(Client client) {
    return client.scheme() + " " + client.host();
  }

  private static Client client(Proxies proxies, String peer, Map<String, List<String>> headers)
      throws Exception {
    var address = new InetSocketAddress(InetAddress.getByName(peer), 4711);
    return proxies.client(address, name -> headers.getOrDefault(name, List.of()));
  }
}
