package dev.oneport.telemetry.otlp;

import java.net.URI;

/**
 * This server as its client addressed it.
 *
 * @param origin the text that was parsed
 * @param host without brackets; empty if unknown
 * @param port -1 if the origin names none
 * @param scheme empty if unknown
 */
record ServerAddress(String origin, String host, int port, String scheme) {
  static final ServerAddress UNKNOWN = unknown("");

  static ServerAddress of(String origin) {
    try {
      var uri = URI.create(origin);
      var host = uri.getHost();
      if (host == null) {
        return unknown(origin);
      }
      var scheme = uri.getScheme() == null ? "" : uri.getScheme();
      return new ServerAddress(
          origin, host.replace("[", "").replace("]", ""), uri.getPort(), scheme);
    } catch (IllegalArgumentException _) {
      // The client may send any text as the host.
      return unknown(origin);
    }
  }

  private static ServerAddress unknown(String origin) {
    return new ServerAddress(origin, "", -1, "");
  }
}
