package dev.oneport.gateway;

import dev.oneport.transport.HeaderLine;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes the header fields of a forwarded request. */
final class ForwardedFields {
  /**
   * Fields that only this server writes, and those by which some upstreams replace the path and the
   * method that the rules were about.
   */
  private static final Set<String> REWRITTEN =
      Set.of(
          "content-length",
          "expect",
          "forwarded",
          "host",
          "x-helidon-cn",
          "x-http-method",
          "x-http-method-override",
          "x-method-override",
          "x-original-url",
          "x-real-ip",
          "x-rewrite-url");

  private final List<HeaderLine> lines = new ArrayList<>();

  /**
   * Copies the fields of a client's request that the upstream gets.
   *
   * @param host the upstream's {@code Host}
   * @param version the client's version of HTTP, such as {@code 1.1}
   */
  ForwardedFields(
      Headers headers, ForwardedIdentity identity, Requester client, String host, String version) {
    add("Host", host);
    var trace = ForwardedTrace.current();
    var hops = new HopByHop(headers.values(HeaderNames.CONNECTION));
    for (var header : headers) {
      var lower = header.headerName().lowerCase();
      if (!lower.startsWith(":")
          && !isRewritten(lower)
          && !hops.has(lower)
          && !identity.removes(lower)
          && !trace.removes(lower)) {
        add(header.name(), header.allValues(), lower, identity);
      }
    }
    add("X-Forwarded-For", client.address());
    add("X-Forwarded-Proto", client.scheme());
    add("X-Forwarded-Host", client.host());
    add("Forwarded", forwarded(client));
    add("Via", version + " oneport");
    trace.fields(name -> headers.contains(HeaderNames.create(name))).forEach(this::add);
  }

  /**
   * Whether the values that a client sends of this field are dropped, in any spelling of its name.
   */
  static boolean isRewritten(String lower) {
    return REWRITTEN.contains(FieldSpelling.plain(lower));
  }

  /** Joins cookies, which HTTP/2 may split and HTTP/1.1 must not (RFC 9113 section 8.2.3). */
  private void add(String name, List<String> values, String lower, ForwardedIdentity identity) {
    if (lower.equals("cookie")) {
      var cookies =
          identity.removesCookies() ? identity.cookies(values) : String.join("; ", values);
      if (!cookies.isEmpty()) {
        add(name, cookies);
      }
    } else {
      values.forEach(value -> add(name, value));
    }
  }

  ForwardedFields add(String name, String value) {
    lines.add(new HeaderLine(name, value));
    return this;
  }

  List<HeaderLine> lines() {
    return lines;
  }

  private static String forwarded(Requester client) {
    var host = client.host().replace("\\", "").replace("\"", "");
    return "for="
        + client.node()
        + ";host=\""
        + host
        + "\";proto="
        + client.scheme().toLowerCase(Locale.ROOT);
  }
}
