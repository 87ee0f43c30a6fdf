package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.builtins.PageSettings;
import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.proxies.ForwardedHeader;
import dev.oneport.proxies.Hosts;
import dev.oneport.proxies.Network;
import dev.oneport.proxies.Proxies;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.connect.Cors;
import dev.oneport.transport.connect.WebLimits;
import dev.oneport.transport.http1.Http1Limits;
import dev.oneport.transport.http2.Http2Limits;
import dev.oneport.transport.http2.Timeouts;
import dev.oneport.transport.http2.flow.Floods;
import dev.oneport.transport.limit.PerAddress;
import dev.oneport.transport.websocket.Compression;
import dev.oneport.transport.websocket.Origins;
import dev.oneport.transport.websocket.WebSocketLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class LimitsTest {
  private static final Duration IDLE = Duration.ofMinutes(15);

  @Test
  void theDefaultsAreThese() {
    var http1 = Http1Limits.defaults();
    assertEquals(
        new Settings(
            8080,
            List.of(),
            Optional.empty(),
            Duration.ofSeconds(8),
            Duration.ZERO,
            Duration.ofSeconds(2),
            Duration.ZERO,
            new Limits(
                32 << 20,
                (int) (Runtime.getRuntime().maxMemory() / 8),
                Duration.ofSeconds(5),
                16_384,
                10_000,
                IDLE,
                new Http1Limits(
                    8 << 10,
                    32 << 10,
                    128,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    240,
                    Duration.ofSeconds(30),
                    IDLE,
                    http1.lingerTimeout()),
                Http2Limits.defaults(),
                GrpcLimits.defaults(),
                WebLimits.defaults(),
                WebSocketLimits.defaults()),
            new PageSettings(false, 16),
            false,
            new Cors(Set.of(), Duration.ofHours(2)),
            new EdgeSettings(Proxies.NONE, false, Hosts.ANY, true),
            PerAddress.OFF),
        read(""));
  }

  @Test
  void theFileThatIsDeliveredHasTheDefaults() throws Exception {
    var delivered = Files.readString(Path.of("application.yaml"));
    var environment =
        Map.of("AUTH_AUDIENCE", "https://me.test", "AUTH_SERVICE_ACCOUNTS", "a@b.test");
    var root = Configuration.parse("application.yaml", delivered, environment, false).root();
    assertEquals(read(""), Settings.read(root.section("server"), false));
  }

  @Test
  void aFrameMayBeAsLargeAsAMessage() {
    var large = read("  websocket: { max-message-size: 32MiB }\n").limits().webSocket();
    assertEquals(32 << 20, large.maxFrameBytes());
    var small = read("  websocket: { max-message-size: 1KiB }\n").limits().webSocket();
    assertEquals(1 << 20, small.maxFrameBytes());
  }

  @Test
  void everythingCanBeSet() {
    var second = Duration.ofSeconds(1);
    var settings =
        read(
            """
            port: 1
            host: [ 127.0.0.2, "::1" ]
            tls: { certificate: a.pem, key: b.pem, handshake-timeout: 1s }
            grace-period: 1s
            drain-delay: 500ms
            stream-grace: 1s
            max-call-duration: 1s
            max-body-size: 1KiB
            max-request-memory: 2MiB
            request-memory-wait: 1s
            max-connections: 2
            max-concurrent-calls: 3
            max-header-size: 4KiB
            header-timeout: 1s
            body-timeout: 1s
            write-timeout: 1s
            idle-timeout: 1s
            http1: { max-request-line: 2KiB, max-headers: 5, first-byte-timeout: 1s, min-body-rate: 6, linger-timeout: 1s }
            http2:
              max-concurrent-streams: 7
              max-lingering-handlers: 18
              stream-window: 64KiB
              connection-window: 65KiB
              outbound-buffer: 8KiB
              max-buffered-entity: 9
              min-body-rate: 19
              stall-timeout: 1s
              keep-alive-interval: 1s
              keep-alive-timeout: 1s
              max-age: 1s
              max-age-grace: 1s
              linger-timeout: 1500ms
              floods: { per: 1s, resets: 1, refused: 2, pings: 3, settings: 4, empty-data: 5, window-updates: 6, other: 7 }
            grpc: { max-message-size: 10, max-decompressed-size: 11 }
            web: { max-json-size: 17 }
            page: { enabled: true, max-readers: 18 }
            health: { include-services: true }
            trusted-proxies: 192.0.2.0/24
            proxy-protocol: true
            forwarded-header: forwarded
            hosts: [ a.example ]
            h2c-upgrade: false
            per-address: { connections: 19, calls-per-second: 20, burst: 21, failed-tokens-per-minute: 22 }
            cors: { origins: [ https://b.example ], max-age: 1s }
            websocket:
              max-open: 12
              max-frame-size: 13
              max-message-size: 14
              max-stream-size: 15
              close-timeout: 1s
              ping-interval: 1s
              missed-pings: 16
              origins: [ https://a.example ]
              compression: true
            """
                .indent(2));
    var timeouts = Timeouts.defaults();
    assertEquals(
        new Settings(
            1,
            List.of("127.0.0.2", "::1"),
            Optional.of(
                new TlsSettings(
                    Optional.of(new TlsSettings.Pair(Path.of("a.pem"), Path.of("b.pem"))), second)),
            second,
            Duration.ofMillis(500),
            second,
            second,
            new Limits(
                1024,
                2 << 20,
                second,
                2,
                3,
                second,
                new Http1Limits(2048, 4096, 5, second, second, second, 6, second, second, second),
                new Http2Limits(
                    7,
                    18,
                    4096,
                    64 << 10,
                    65 << 10,
                    8 << 10,
                    9,
                    19,
                    true,
                    new Floods(second, 1, 2, 3, 4, 5, 6, 7),
                    new Timeouts(
                        second,
                        second,
                        second,
                        second,
                        second,
                        timeouts.drain(),
                        Duration.ofMillis(1_500),
                        second,
                        second,
                        second,
                        second)),
                new GrpcLimits(10, 11),
                new WebLimits(17),
                new WebSocketLimits(
                    12,
                    13,
                    14,
                    15,
                    second,
                    second,
                    second,
                    16,
                    new Origins.Listed(Set.of("https://a.example")),
                    Compression.on())),
            new PageSettings(true, 18),
            true,
            new Cors(Set.of("https://b.example"), second),
            new EdgeSettings(
                new Proxies(List.of(Network.of("192.0.2.0/24")), false, ForwardedHeader.FORWARDED),
                true,
                new Hosts(Set.of("a.example"), false, false),
                false),
            new PerAddress(19, 20, 21, 22)),
        settings);
  }

  @Test
  void mistakesAreToldWithTheirKeys() {
    var error =
        assertThrows(
            InvalidConfiguration.class,
            () ->
                read(
                    "  max-header-size: 1\n  http2: { stream-window: 1KiB, floods: { pingz: 1 } }\n  websocket: { compression: maybe }\n"));
    var text = error.problems().toString();
    for (var key :
        List.of(
            "server.max-header-size",
            "server.http2.stream-window",
            "server.http2.floods.pingz",
            "server.websocket.compression")) {
      assertTrue(text.contains(key), text);
    }
  }

  /** The table of limits names each setting with its default. */
  @Test
  void theTableOfLimitsNamesSettingsThatExist() throws Exception {
    var page = Files.readString(Path.of("docs/configuration.md"));
    var section = page.indexOf("## Limits");
    var table = page.substring(section, page.indexOf("\n## ", section));
    for (var row :
        List.of(
            "max-connections` | 16384",
            "max-concurrent-calls` | 10000",
            "max-header-size` | 32KiB",
            "max-body-size` | 32MiB",
            "idle-timeout` | 15m")) {
      assertTrue(table.contains(row), row);
    }
    var keys =
        Pattern.compile("^\\| `([a-z0-9.-]+)`", Pattern.MULTILINE)
            .matcher(table)
            .results()
            .toList();
    assertTrue(keys.size() > 15);
    for (var key : keys) {
      var path = key.group(1).split("\\.", -1);
      var yaml = new StringBuilder();
      for (int i = 0; i < path.length; i++) {
        yaml.append("  ".repeat(i + 1))
            .append(path[i])
            .append(i == path.length - 1 ? ": wrong\n" : ":\n");
      }
      var problems =
          path[path.length - 1].equals("origins")
              ? ""
              : assertThrows(InvalidConfiguration.class, () -> read(yaml.toString()), key.group(1))
                  .problems()
                  .toString();
      assertTrue(!problems.contains("unknown key"), problems);
    }
  }

  private static Settings read(String server) {
    var yaml = server.isEmpty() ? "{}" : "server:\n" + server;
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    var settings = Settings.read(configuration.root().section("server"), false);
    configuration.check();
    return settings;
  }
}
