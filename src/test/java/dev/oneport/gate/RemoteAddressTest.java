package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.ForwardedRow;
import dev.oneport.testing.ForwardedRow.Kind;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Probes;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import jakarta.json.Json;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The audit names the same client on every protocol, whatever a request says of it. */
final class RemoteAddressTest {
  /** The peer of the rows that a real client can play: this machine is a trusted proxy. */
  private static final String PEER = "10.0.0.1";

  @ParameterizedTest
  @EnumSource(names = {"X_FORWARDED_FOR", "FORWARDED"})
  void theClientBehindATrustedProxyIsNamed(Kind kind) throws Exception {
    var rows =
        ForwardedRow.all().filter(row -> row.kind() == kind && row.peer().equals(PEER)).toList();
    var expected = new LinkedHashMap<String, String>();
    rows.forEach(
        row ->
            expected.put(
                row.name(), row.client().replace("*10.0.0.1", "127.0.0.1").replace("*", "")));
    var server =
        """
        trusted-proxies: [ 127.0.0.1, "%s" ]
          forwarded-header: %s
        """
            .formatted(
                String.join("\", \"", ForwardedRow.TRUSTED),
                kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    assertEquals(each(expected), remoteAddresses(server, rows));
  }

  /** Its rows whose peer is private: this machine's address is, too. */
  @Test
  void theClientBehindCloudRunIsNamed() throws Exception {
    var rows =
        ForwardedRow.all()
            .filter(row -> row.kind() == Kind.CLOUD_RUN && !row.client().equals(row.peer()))
            .toList();
    var expected = new LinkedHashMap<String, String>();
    rows.forEach(row -> expected.put(row.name(), row.client()));
    assertEquals(5, rows.size());
    assertEquals(each(expected), remoteAddresses("trusted-proxies: cloud-run", rows));
  }

  @Test
  void whatStrangersSayIsNotLoggedAsTrue() throws Exception {
    var rows = ForwardedRow.all().filter(row -> row.peer().equals(PEER)).toList();
    var expected = new LinkedHashMap<String, String>();
    rows.forEach(row -> expected.put(row.name(), "127.0.0.1"));
    assertEquals(each(expected), remoteAddresses("trusted-proxies: [ 10.0.0.0/8 ]", rows));
    assertEquals(each(expected), remoteAddresses("trusted-proxies: none", rows));
  }

  /** What a proxy appends is the last line, which may not have been read. */
  @ParameterizedTest
  @CsvSource({"Expect: x, 198.51.100.1", "a b: c, 127.0.0.1"})
  void aRefusedRequestIsOfTheClientThatItsWholeHeadNames(String header, String client)
      throws Exception {
    var server = start("trusted-proxies: [ 127.0.0.1 ]");
    try (server) {
      RawHttp.send(
          server.port(),
          "GET /anyone HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.1.1.1\r\n"
              + header
              + "\r\nX-Forwarded-For: 198.51.100.1\r\n\r\n");
    }
    var line = server.audit().lines().getFirst();
    assertTrue(line.contains("\"remoteIp\":\"" + client + "\""), line);
  }

  /** The same of each client, by the name of the row. */
  private static Map<String, Map<String, String>> each(Map<String, String> rows) {
    var expected = new TreeMap<String, Map<String, String>>();
    rows.forEach(
        (row, address) ->
            Probes.names()
                .forEach(
                    name ->
                        expected.computeIfAbsent(row, _ -> new TreeMap<>()).put(name, address)));
    return expected;
  }

  /** By row and client; each call is found again by its trace. */
  private static Map<String, Map<String, String>> remoteAddresses(
      String setting, List<ForwardedRow> rows) throws Exception {
    var server = start(setting);
    var calls = new LinkedHashMap<String, List<String>>();
    try (server) {
      for (var name : Probes.names()) {
        try (var client = Probes.of(name, server.port())) {
          for (var row : rows) {
            var trace = "%032x".formatted(calls.size() + 1);
            calls.put(trace, List.of(row.name(), name));
            var headers = new ArrayList<HeaderField>();
            headers.add(new HeaderField("traceparent", "00-" + trace + "-00000000000000ab-01"));
            row.lines().forEach(line -> headers.add(new HeaderField(row.header(), line)));
            client.call("anyone", headers);
          }
        }
      }
    }
    return found(server.audit().lines(), calls);
  }

  private static RunningServer start(String setting) {
    var yaml =
        """
        server:
          %s
        policy: { rules: [ { allow: [ anyone ], route: %s } ] }
        """
            .formatted(setting, ProbeService.routes("anyone"));
    return RunningServer.start(yaml, new ProbeService(List.of("anyone")));
  }

  private static Map<String, Map<String, String>> found(
      List<String> lines, Map<String, List<String>> calls) {
    var found = new TreeMap<String, Map<String, String>>();
    for (var line : lines) {
      try (var reader = Json.createReader(new StringReader(line))) {
        var json = reader.readObject();
        var trace = json.getString("logging.googleapis.com/trace").replaceFirst(".*/", "");
        var address = json.getJsonObject("httpRequest").getString("remoteIp", "");
        var call = Objects.requireNonNull(calls.get(trace));
        found
            .computeIfAbsent(call.getFirst(), _ -> new TreeMap<>())
            .merge(call.getLast(), address, (one, other) -> one.equals(other) ? one : one + other);
      }
    }
    return found;
  }
}
