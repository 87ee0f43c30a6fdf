package dev.oneport.proxies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings on proxies and hosts, and the names that a server answers to. */
final class ProxySettingsTest {
  @Test
  void noProxyIsTrustedByDefault() {
    assertEquals(Proxies.NONE, read("", false));
    assertEquals(Proxies.NONE, read("trusted-proxies: [ none ]", true));
    assertEquals(Proxies.NONE, read("trusted-proxies: []", true));
  }

  @Test
  void theFrontEndIsTrustedOnCloudRun() {
    var header = ForwardedHeader.X_FORWARDED_FOR;
    assertEquals(new Proxies(List.of(), true, header), read("", true));
    assertEquals(new Proxies(List.of(), true, header), read("trusted-proxies: cloud-run", false));
    var balancer = List.of(Network.of("203.0.113.10"));
    assertEquals(
        new Proxies(balancer, true, header),
        read("trusted-proxies: [ cloud-run, 203.0.113.10/32 ]", true));
    assertEquals(
        new Proxies(balancer, false, header), read("trusted-proxies: [ 203.0.113.10 ]", true));
  }

  @Test
  void theHeaderIsOneOfTwo() {
    var networks = List.of(Network.of("10.0.0.0/8"));
    assertEquals(
        new Proxies(networks, false, ForwardedHeader.FORWARDED),
        read("trusted-proxies: [ 10.0.0.0/8 ], forwarded-header: forwarded", false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'10.0.0.1/8' | bits set",
        "'0.0.0.0/0' | would let every client say who it is",
        "'::/0' | would let every client say who it is",
        "'10.0.0.0/33' | prefix length from 1 to 32",
        "'10.0.0.0/' | prefix length",
        "'2001:db8::/129' | prefix length from 1 to 128",
        "'10.0.0/8' | is not an address range",
        "'proxy.example.com' | is not an address range",
        "'cloudrun' | write a range",
        "'none\", \"10.0.0.0/8' | alone"
      })
  void aRangeThatCannotWorkStopsTheStart(String range, String problem) {
    var message = problem(() -> read("trusted-proxies: [ \"" + range + "\" ]", false));
    assertTrue(message.contains(problem), message);
    assertTrue(message.contains("server.trusted-proxies"), message);
  }

  @Test
  void forwardedIsNotWhatCloudRunSends() {
    var message =
        problem(() -> read("trusted-proxies: cloud-run, forwarded-header: forwarded", false));
    assertTrue(message.contains("server.forwarded-header"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "api.example.com, true",
    "API.example.com:8080, true",
    "api.example.com., true",
    "example.com, false",
    "x.api.example.com, false",
    "evil.example, false",
    "a.wild.example, true",
    "a.b.wild.example:443, true",
    "wild.example, false",
    "notwild.example, false",
    "192.0.2.1, true",
    "192.0.2.1:8080, true",
    "192.0.2.2, false",
    "[2001:db8::1]:443, true",
    "[2001:DB8:0::1], true",
    "'192.0.2.1:80,192.0.2.1:81', true",
    "192.0.2.1:80%2C192.0.2.1:81, true",
    "'192.0.2.1:80,evil.example', false",
    "'', false",
    "api.example.com.evil.example, false"
  })
  void answersToItsNamesOnly(String authority, boolean allowed) {
    var hosts =
        hosts("hosts: [ API.example.com, \"*.wild.example\", 192.0.2.1, \"[2001:db8::1]\" ]", true);
    assertEquals(allowed, hosts.allow(authority));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:8080, true",
    "app.localhost, true",
    "127.0.0.1:8080, true",
    "[::1]:8080, true",
    "192.168.1.5, true",
    "evil.example, false",
    "localhost.evil.example, false"
  })
  void aLocalServerAnswersToNamesOfThisMachineAndAddresses(String authority, boolean allowed) {
    assertEquals(allowed, hosts("", true).allow(authority));
  }

  @Test
  void anyHostIsAnsweredByDefault() {
    assertEquals(Hosts.ANY, hosts("", false));
    assertTrue(hosts("hosts: [ \"*\" ]", true).allow("evil.example"));
    for (var wrong : List.of("a.example:80", "http://a.example", "a b", "*.", "a.*.b", "a/b")) {
      var message = problem(() -> hosts("hosts: [ \"" + wrong + "\" ]", false));
      assertTrue(message.contains("server.hosts"), message);
    }
  }

  private static Proxies read(String server, boolean onCloudRun) {
    var configuration = configuration(server);
    var proxies = Proxies.read(configuration.root().section("server"), onCloudRun);
    configuration.check();
    return proxies;
  }

  private static Hosts hosts(String server, boolean local) {
    var configuration = configuration(server);
    var hosts = Hosts.read(configuration.root().section("server"), local);
    configuration.check();
    return hosts;
  }

  private static Configuration configuration(String server) {
    return Configuration.parse("test.yaml", "server: { " + server + " }", Map.of(), false);
  }

  private static String problem(Runnable reading) {
    return assertThrows(InvalidConfiguration.class, reading::run).problems().toString();
  }
}
