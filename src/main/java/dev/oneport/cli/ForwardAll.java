package dev.oneport.cli;

import dev.oneport.api.Protocol;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code serve --dev --to URL} stands for: a configuration that forwards everything, and that
 * any caller with a token may call.
 *
 * @param urls the upstream of each protocol that is forwarded
 */
record ForwardAll(Map<Protocol, String> urls) {
  private static final Map<Protocol, String> EVERYTHING =
      Map.of(Protocol.HTTP, "HTTP * /**", Protocol.GRPC, "GRPC **/*", Protocol.WS, "WS /**");

  /**
   * Reads what follows {@code --to}: a URL, or {@code http=URL}, {@code grpc=URL}, {@code ws=URL}.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  static ForwardAll parse(List<String> options) {
    var urls = new EnumMap<Protocol, String>(Protocol.class);
    for (var option : options) {
      int equals = option.indexOf('=');
      var named = equals > 0 && !option.substring(0, equals).contains(":");
      var url = named ? option.substring(equals + 1) : option;
      var scheme = scheme(url, option);
      var protocols = named ? List.of(protocol(option.substring(0, equals), option)) : of(scheme);
      for (var protocol : protocols) {
        if (urls.put(protocol, url) != null) {
          throw new IllegalArgumentException(
              "--to " + option + ": " + protocol + " is forwarded already");
        }
      }
    }
    // A server of HTTP most often has the sockets too.
    if (urls.containsKey(Protocol.HTTP)) {
      urls.putIfAbsent(Protocol.WS, urls.get(Protocol.HTTP));
    }
    return new ForwardAll(urls);
  }

  private static Protocol protocol(String name, String option) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "http" -> Protocol.HTTP;
      case "grpc" -> Protocol.GRPC;
      case "ws" -> Protocol.WS;
      default -> throw wrong(option);
    };
  }

  private static List<Protocol> of(String scheme) {
    return switch (scheme) {
      case "h2c" -> List.of(Protocol.GRPC);
      case "ws", "wss" -> List.of(Protocol.WS);
      default -> List.of(Protocol.HTTP);
    };
  }

  private static String scheme(String url, String option) {
    try {
      var uri = URI.create(url);
      if (uri.getHost() != null && !url.contains("'")) {
        return uri.getScheme();
      }
    } catch (IllegalArgumentException _) {
      // reported below
    }
    throw wrong(option);
  }

  private static IllegalArgumentException wrong(String option) {
    return new IllegalArgumentException(
        "--to "
            + option
            + ": give a URL such as http://localhost:3000, grpc=h2c://localhost:9090 or"
            + " ws=ws://localhost:8082");
  }

  /** The configuration. */
  String yaml() {
    var yaml = new StringBuilder("upstreams:\n");
    urls.forEach(
        (protocol, url) -> yaml.append("  %s: { url: '%s' }\n".formatted(name(protocol), url)));
    yaml.append("forward:\n");
    urls.forEach(
        (protocol, _) ->
            yaml.append(
                "  - { route: '%s', to: %s }\n"
                    .formatted(EVERYTHING.get(protocol), name(protocol))));
    yaml.append("policy:\n  rules:\n");
    urls.forEach(
        (protocol, _) ->
            yaml.append(
                "    - { allow: [ authenticated ], route: '%s' }\n"
                    .formatted(EVERYTHING.get(protocol))));
    return yaml.toString();
  }

  private static String name(Protocol protocol) {
    return protocol.name().toLowerCase(Locale.ROOT);
  }

  /** What is forwarded where, one line for each protocol. */
  String routes() {
    var lines = new StringBuilder();
    urls.forEach(
        (protocol, url) -> lines.append("%-12s -> %s\n".formatted(EVERYTHING.get(protocol), url)));
    return lines.toString();
  }

  /**
   * What to paste, one line for each protocol.
   *
   * @param ca the option that trusts the server's certificate, if it needs one
   * @param options of the other commands
   */
  String commands(String origin, String ca, String options) {
    var lines = new StringBuilder();
    if (urls.containsKey(Protocol.HTTP)) {
      lines.append("curl -i%s %s/ -H \"Authorization: Bearer $ALLOWED\"\n".formatted(ca, origin));
      lines.append("./oneport call http / %s\n".formatted(options));
    }
    if (urls.containsKey(Protocol.GRPC)) {
      lines.append(
          "./oneport call grpc PACKAGE.Service/Method --proto FILE %s\n".formatted(options));
    }
    if (urls.containsKey(Protocol.WS)) {
      lines.append("./oneport call ws --path / -d hello %s\n".formatted(options));
    }
    return lines.toString();
  }
}
