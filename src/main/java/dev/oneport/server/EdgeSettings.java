package dev.oneport.server;

import dev.oneport.config.Section;
import dev.oneport.gate.Perimeter;
import dev.oneport.proxies.Hosts;
import dev.oneport.proxies.Proxies;
import dev.oneport.transport.limit.AddressLimits;
import dev.oneport.transport.limit.PerAddress;
import java.time.InstantSource;

/**
 * The settings about proxies in front of the server, and the hosts and protocols that it accepts.
 *
 * @param proxyProtocol whether trusted proxies must send the PROXY protocol's header
 * @param h2cUpgrade whether an HTTP/1.1 connection may be upgraded to HTTP/2
 */
public record EdgeSettings(
    Proxies proxies, boolean proxyProtocol, Hosts hosts, boolean h2cUpgrade) {
  /** Cloud Run sets this variable in every container of a service. */
  private static final String CLOUD_RUN_SERVICE = "K_SERVICE";

  /**
   * Reads the keys below {@code server}.
   *
   * @param local whether only this machine can connect, as in dev mode
   */
  static EdgeSettings read(Section section, boolean local) {
    var proxies = Proxies.read(section, section.hasVariable(CLOUD_RUN_SERVICE));
    var proxyProtocol = section.flag("proxy-protocol", false);
    if (proxyProtocol && (proxies.networks().isEmpty() || proxies.cloudRun())) {
      section.problem(
          "proxy-protocol",
          "needs trusted-proxies with the address ranges of the proxies that send it, without"
              + " cloud-run");
    }
    return new EdgeSettings(
        proxies, proxyProtocol, Hosts.read(section, local), section.flag("h2c-upgrade", true));
  }

  /**
   * What is asked of every request, with limits that can be replaced.
   *
   * @param secure whether connections are encrypted
   */
  Perimeter perimeter(PerAddress limits, InstantSource steady, boolean secure) {
    return new Perimeter(proxies, hosts, new AddressLimits(limits, steady), secure);
  }
}
