package dev.oneport.server;

import java.io.IOException;
import java.io.Serial;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.Locale;

/** The server cannot listen; the message says why in one line. */
public final class PortUnavailable extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private PortUnavailable(String message) {
    super(message);
  }

  /**
   * Binds the address and releases it again, because Helidon only logs the stack trace of a failed
   * bind (4.5.0).
   *
   * @throws PortUnavailable if the address cannot be bound
   */
  static void check(InetSocketAddress address) {
    try (var socket = new ServerSocket()) {
      socket.bind(address);
    } catch (IOException e) {
      throw because(address, e);
    }
  }

  static PortUnavailable because(InetSocketAddress address, IOException failure) {
    var host = address.getAddress();
    var message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("protocol family")) {
      return new PortUnavailable(
          "cannot listen on %s: this machine has no IPv%s"
              .formatted(text(address), host instanceof Inet6Address ? "6" : "4"));
    }
    if (message.contains("cannot assign") || !isOfThisMachine(address)) {
      return new PortUnavailable(
          "cannot listen on %s: it is not an address of this machine".formatted(text(address)));
    }
    var where = where(address);
    if (message.contains("permission")) {
      return new PortUnavailable(
          "cannot listen on %s: this user may not open it; choose a port above 1023 with --port or PORT"
              .formatted(where));
    }
    return message.contains("in use")
        ? taken(where)
        : new PortUnavailable("cannot listen on %s: %s".formatted(where, failure.getMessage()));
  }

  static PortUnavailable unresolved(String host) {
    return new PortUnavailable(
        "cannot listen on %s: it is neither an IP address nor a name that resolves"
            .formatted(host));
  }

  /** Another process bound the port after the check. */
  static PortUnavailable taken(InetSocketAddress address) {
    return taken(where(address));
  }

  private static PortUnavailable taken(String where) {
    return new PortUnavailable(
        "cannot listen on %s: another process does; choose another port with --port or PORT (0 for any)"
            .formatted(where));
  }

  private static String where(InetSocketAddress address) {
    var port = "port " + address.getPort();
    return address.getAddress().isAnyLocalAddress() ? port : port + " of " + text(address);
  }

  private static boolean isOfThisMachine(InetSocketAddress address) {
    try {
      return address.getAddress().isAnyLocalAddress()
          || address.getAddress().isLoopbackAddress()
          || NetworkInterface.getByInetAddress(address.getAddress()) != null;
    } catch (SocketException e) {
      return true;
    }
  }

  private static String text(InetSocketAddress address) {
    var literal = address.getAddress().getHostAddress();
    var name = address.getHostString();
    return name.equals(literal) ? literal : name + " (" + literal + ")";
  }
}
