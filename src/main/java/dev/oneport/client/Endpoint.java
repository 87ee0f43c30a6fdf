package dev.oneport.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * The address of a server, and whether to use TLS.
 *
 * @param secure whether to use TLS
 * @param host a name or an address; an IPv6 address has no brackets
 */
public record Endpoint(boolean secure, String host, int port) {
  private static final int MAX_PORT = 65535;
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /** The default port of a server on this machine. */
  private static final int DEFAULT_LOCAL = 8080;

  public Endpoint {
    if (port < 1 || port > MAX_PORT) {
      throw new InvalidInput("a port is a number from 1 to 65535, not " + port);
    }
  }

  /**
   * Reads {@code host:port}, {@code https://host}, {@code wss://host}, and for plaintext {@code
   * http://host} or {@code ws://host}. Without a scheme, loopback addresses use plaintext and all
   * others TLS.
   *
   * @throws InvalidInput if the text has another form
   */
  public static Endpoint parse(String text) {
    var address = text.strip();
    int colon = address.indexOf("://");
    var uri = uri(colon < 0 ? address : address.substring(colon + 3));
    var host = uri.getHost().replaceAll("[\\[\\]]", "");
    if (colon < 0) {
      return loopback(host)
          ? new Endpoint(false, host, port(uri, DEFAULT_LOCAL))
          : new Endpoint(true, host, port(uri, HTTPS));
    }
    return switch (address.substring(0, colon).toLowerCase(Locale.ROOT)) {
      case "https", "wss" -> new Endpoint(true, host, port(uri, HTTPS));
      case "http", "ws" -> new Endpoint(false, host, port(uri, HTTP));
      default ->
          throw new InvalidInput(
              "the server is given as host:port, https:// or wss://, or for plaintext http:// or ws://");
    };
  }

  /** Whether the server is on this machine, so that nothing is sent over a network. */
  public boolean local() {
    return loopback(host);
  }

  /** {@code host:port}. */
  public String authority() {
    return bracketed() + ":" + port;
  }

  /** The default audience of tokens for this server: its origin. */
  public String audience() {
    return (secure ? "https://" : "http://")
        + bracketed()
        + (port == (secure ? HTTPS : HTTP) ? "" : ":" + port);
  }

  /**
   * The URL of a path.
   *
   * @throws InvalidInput if the path is invalid
   */
  public URI http(String path) {
    return url(secure ? "https" : "http", path);
  }

  /**
   * The WebSocket URL of a path.
   *
   * @throws InvalidInput if the path is invalid
   */
  public URI webSocket(String path) {
    return url(secure ? "wss" : "ws", path);
  }

  /** As a URL, without the port if it is the scheme's default. */
  @Override
  public String toString() {
    return audience();
  }

  private URI url(String scheme, String path) {
    if (!path.startsWith("/")) {
      throw new InvalidInput("a path begins with /, such as /ping");
    }
    try {
      return new URI(scheme + "://" + authority() + path);
    } catch (URISyntaxException e) {
      throw new InvalidInput(
          "the path has a character that must be percent-encoded, at " + e.getIndex());
    }
  }

  private String bracketed() {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  private static URI uri(String authority) {
    try {
      var uri = new URI("oneport://" + authority);
      if (uri.getRawUserInfo() != null) {
        throw new InvalidInput("the server's address contains a user or a password; remove it");
      }
      if (uri.getHost() == null) {
        throw new InvalidInput("the server's address has no host; give it as host:port");
      }
      if (uri.getRawQuery() != null
          || uri.getRawFragment() != null
          || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))) {
        throw new InvalidInput(
            "the server's address ends after the port; give the path as a separate argument");
      }
      return uri;
    } catch (URISyntaxException e) {
      throw new InvalidInput("that is not the address of a server; give it as host:port");
    }
  }

  /** The default port of {@code http} or {@code https}. */
  static int usualPort(String scheme) {
    return scheme.equals("https") ? HTTPS : HTTP;
  }

  private static int port(URI uri, int otherwise) {
    if (uri.getPort() == 0) {
      throw new InvalidInput("a port is a number from 1 to 65535, not 0");
    }
    return uri.getPort() < 0 ? otherwise : uri.getPort();
  }

  private static boolean loopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.toLowerCase(Locale.ROOT).endsWith(".localhost")
        || host.matches("127(\\.\\d{1,3}){3}")
        || host.equals("::1");
  }
}
