package dev.oneport.gateway;

/**
 * An address at which an upstream listens.
 *
 * @param host a name, which is resolved for each new connection, or an IP address without brackets
 */
public record Address(String host, int port) {
  /** The value for {@code Host} and {@code :authority} (RFC 9110 section 7.2). */
  public String authority(int defaultPort) {
    var name = host.contains(":") ? "[" + host + "]" : host;
    return port == defaultPort ? name : name + ":" + port;
  }

  /** Whether it is written as an address of this machine. */
  boolean isLocal() {
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
  }

  @Override
  public String toString() {
    return authority(-1);
  }
}
