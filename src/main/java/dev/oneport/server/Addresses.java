package dev.oneport.server;

import dev.oneport.config.Section;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses that the server listens on, all with the same port.
 *
 * @param all the addresses without the port; only the unspecified address for all of the machine's
 */
record Addresses(List<InetAddress> all, int port) {
  private static final String UNIX = "unix:";
  private static final int TRIES = 20;

  Addresses {
    all = List.copyOf(all);
  }

  /**
   * Resolves the hosts of the settings.
   *
   * @throws PortUnavailable if one no longer resolves
   */
  static Addresses of(List<String> hosts, int port) {
    var all = new ArrayList<InetAddress>();
    for (var host : hosts.isEmpty() ? List.of("0.0.0.0") : hosts) {
      try {
        all.add(InetAddress.getByName(host));
      } catch (UnknownHostException e) {
        throw PortUnavailable.unresolved(host);
      }
    }
    return new Addresses(all, port);
  }

  /** Reads {@code host}: one or several addresses or names. */
  static List<String> read(Section section) {
    var hosts = section.texts("host");
    var found = new ArrayList<InetAddress>();
    for (var host : hosts) {
      if (host.startsWith(UNIX) || host.startsWith("/")) {
        section.problem(
            "host",
            "'"
                + host
                + "' is a socket in the file system, which this server cannot listen on; name an IP"
                + " address");
        continue;
      }
      try {
        var address = InetAddress.getByName(host);
        if (found.contains(address)) {
          section.problem("host", "'" + host + "' is listed twice");
        }
        found.add(address);
      } catch (UnknownHostException e) {
        section.problem("host", "'" + host + "' is neither an IP address nor a name that resolves");
      }
    }
    if (found.size() > 1 && found.stream().anyMatch(InetAddress::isAnyLocalAddress)) {
      section.problem("host", "0.0.0.0 and :: include all others");
    }
    return hosts;
  }

  /** The addresses with the port. */
  List<InetSocketAddress> sockets() {
    return all.stream().map(address -> new InetSocketAddress(address, port)).toList();
  }

  /**
   * Replaces port 0 with a port that is free on all addresses, because the system would choose a
   * different one for each.
   *
   * @throws PortUnavailable if an address cannot be bound
   */
  Addresses numbered() {
    return port == 0 && all.size() > 1 ? chosen(TRIES) : this;
  }

  private Addresses chosen(int tries) {
    try {
      var chosen = new Addresses(all, freePort());
      chosen.check();
      return chosen;
    } catch (PortUnavailable e) {
      if (tries > 1) {
        return chosen(tries - 1);
      }
      throw e;
    }
  }

  private int freePort() {
    var first = new InetSocketAddress(all.getFirst(), 0);
    try (var socket = new ServerSocket()) {
      socket.bind(first);
      return socket.getLocalPort();
    } catch (IOException e) {
      throw PortUnavailable.because(first, e);
    }
  }

  /**
   * Checks that all addresses can be bound.
   *
   * @throws PortUnavailable if an address cannot be bound
   */
  void check() {
    sockets().forEach(PortUnavailable::check);
  }
}
