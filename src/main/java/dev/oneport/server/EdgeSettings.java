package dev.oneport.server;

import dev.oneport.config.Section;
import dev.oneport.gate.Perimeter;
import dev.oneport.proxies.Hosts;
import dev.oneport.proxies.Proxies;

/**
 * What is in front of the server, and how it may be asked.
 *
 * @param h2cUpgrade whether an HTTP/1.1 connection may be upgraded to HTTP/2
 */
public record EdgeSettings(Proxies proxies, Hosts hosts, boolean h2cUpgrade) {
  /** Cloud Run sets it in every container of a service. */
  private static final String CLOUD_RUN_SERVICE = "K_SERVICE";

  /**
   * Reads the keys below {@code server}.
   *
   * @param local whether only this machine can connect, in dev mode
   */
  static EdgeSettings read(Section section, boolean local) {
    return new EdgeSettings(
        Proxies.read(section, section.hasVariable(CLOUD_RUN_SERVICE)),
        Hosts.read(section, local),
        section.flag("h2c-upgrade", true));
  }

  Perimeter perimeter() {
    return new Perimeter(proxies, hosts);
  }
}
