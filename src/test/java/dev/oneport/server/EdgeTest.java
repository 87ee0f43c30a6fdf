package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.config.Configuration;
import dev.oneport.proxies.ForwardedHeader;
import dev.oneport.proxies.Hosts;
import dev.oneport.proxies.Network;
import dev.oneport.proxies.Proxies;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.WebSocketProbe;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scheme and the host that clients see, behind proxies and without them. */
final class EdgeTest {
  private static final String UPGRADE =
      """
      GET /name HTTP/1.1
      Host: x
      Connection: Upgrade, HTTP2-Settings
      Upgrade: h2c
      HTTP2-Settings: AAMAAABkAAQAAP__

      """
          .replace("\n", "\r\n");

  @Test
  void theDefaultsTrustNobodyExceptOnCloudRun() {
    var plain = read(Map.of(), false);
    assertEquals(new EdgeSettings(Proxies.NONE, false, Hosts.ANY, true), plain);
    assertTrue(read(Map.of("K_SERVICE", "echo"), false).proxies().cloudRun());
    assertFalse(
        read(Map.of("K_SERVICE", "echo", "ONEPORT_SERVER_TRUSTED_PROXIES", "none"), false)
            .proxies()
            .any());
    assertFalse(read(Map.of(), true).hosts().all());
    var both = Map.of("ONEPORT_SERVER_TRUSTED_PROXIES", "cloud-run,192.0.2.1");
    assertEquals(
        new Proxies(List.of(Network.of("192.0.2.1")), true, ForwardedHeader.X_FORWARDED_FOR),
        read(both, false).proxies());
  }

  private static EdgeSettings read(Map<String, String> variables, boolean local) {
    var configuration = Configuration.parse("test.yaml", "", variables, false);
    var settings = EdgeSettings.read(configuration.root().section("server"), local);
    configuration.check();
    return settings;
  }

  /** PORT stands for the server's own. */
  @ParameterizedTest
  @CsvSource({
    "none,      http://127.0.0.1:PORT,  '',    '',          101",
    "none,      https://127.0.0.1:PORT, '',    '',          403",
    "none,      https://127.0.0.1:PORT, https, '',          403",
    "none,      https://app.example,    https, app.example, 403",
    "10.0.0.1,  https://127.0.0.1:PORT, https, '',          403",
    "127.0.0.1, https://127.0.0.1:PORT, https, '',          101",
    "127.0.0.1, http://127.0.0.1:PORT,  https, '',          403",
    "127.0.0.1, http://127.0.0.1:PORT,  '',    '',          101",
    "127.0.0.1, https://app.example,    https, app.example, 101",
    "127.0.0.1, https://app.example,    https, app.example:443, 101",
    "127.0.0.1, http://app.example,     https, app.example, 403",
    "127.0.0.1, https://127.0.0.1:PORT, https, app.example, 403",
    "cloud-run, https://127.0.0.1:PORT, https, '',          101",
    "cloud-run, http://127.0.0.1:PORT,  https, '',          403"
  })
  void aPageOpensSocketsToItsOwnSchemeAndHostOnly(
      String trusted, String origin, String scheme, String host, String status) throws Exception {
    try (var server = start("trusted-proxies: [ " + trusted + " ]");
        var client = new WebSocketProbe(server.port())) {
      var headers = new ArrayList<HeaderField>();
      headers.add(new HeaderField("origin", origin.replace("PORT", "" + server.port())));
      headers.add(new HeaderField("x-forwarded-for", "198.51.100.1"));
      if (!scheme.isEmpty()) {
        headers.add(new HeaderField("x-forwarded-proto", scheme));
      }
      if (!host.isEmpty()) {
        headers.add(new HeaderField("x-forwarded-host", host));
      }
      assertEquals(status, client.call("name", headers).status());
    }
  }

  @Test
  void aRefusedPageIsToldApartInTheAudit() throws Exception {
    var server = start("trusted-proxies: none");
    var own = "http://127.0.0.1:" + server.port();
    try (server;
        var client = new WebSocketProbe(server.port())) {
      client.call("name", List.of(new HeaderField("origin", own.replace("http:", "https:"))));
    }
    var line = server.audit().lines().getFirst();
    assertTrue(line.contains("the page's origin is not " + own), line);
  }

  @ParameterizedTest
  @CsvSource({"none, http://127.0.0.1:PORT/uri", "127.0.0.1, https://app.example:443/uri"})
  void handlersMakeLinksOfWhatTrustedProxiesSay(String trusted, String uri) throws Exception {
    try (var server = start("trusted-proxies: [ " + trusted + " ]");
        var client = TestTls.http().build()) {
      for (var version : HttpClient.Version.values()) {
        var request =
            HttpRequest.newBuilder(TestTls.uri("http", server.port(), "/uri"))
                .version(version)
                .header("X-Forwarded-For", "198.51.100.1")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", "app.example")
                .build();
        assertEquals(
            uri.replace("PORT", "" + server.port()),
            client.send(request, BodyHandlers.ofString()).body(),
            version.name());
      }
    }
  }

  @Test
  void theUpgradeToHttp2CanBeSwitchedOff() throws Exception {
    try (var server = start("h2c-upgrade: false")) {
      assertEquals(200, RawHttp.send(server.port(), UPGRADE).status());
    }
    try (var server = start("h2c-upgrade: true")) {
      assertEquals(101, RawHttp.send(server.port(), UPGRADE).status());
    }
  }

  private static RunningServer start(String setting) {
    return RunningServer.start(
        """
        server: { %s }
        policy: { rules: [ { allow: [ anyone ], route: %s }, { allow: [ anyone ], route: HTTP GET /uri } ] }
        """
            .formatted(setting, ProbeService.routes("name")),
        new ProbeService(List.of("name")),
        new Uri());
  }

  /** Answers with the URI that it was asked for. */
  private static final class Uri implements Service {
    @Override
    public void mount(Mount port) {
      port.http()
          .get(
              "/uri",
              (request, response) -> response.send(request.requestedUri().toUri().toString()));
    }
  }
}
