package dev.oneport.gateway;

import dev.oneport.config.Section;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The headers that name the caller to an upstream; an empty name omits a header.
 *
 * @param forwardAuthorization whether the upstream also gets the client's credential
 */
public record IdentityHeaders(
    String caller, String issuer, String roles, boolean forwardAuthorization) {
  public static final IdentityHeaders DEFAULT =
      new IdentityHeaders("X-OnePort-Caller", "X-OnePort-Issuer", "X-OnePort-Roles", false);

  /** Headers that have another meaning in HTTP or on this server. */
  private static final List<String> RESERVED =
      List.of(
          "authorization",
          "connection",
          "content-length",
          "content-type",
          "cookie",
          "expect",
          "forwarded",
          "host",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "via");

  /** Reads {@code identity-headers} and {@code forward-authorization}; the section stays open. */
  static IdentityHeaders read(Section section) {
    try (var names = section.section("identity-headers")) {
      return new IdentityHeaders(
          name(names, "caller", DEFAULT.caller),
          name(names, "issuer", DEFAULT.issuer),
          name(names, "roles", DEFAULT.roles),
          section.flag("forward-authorization", false));
    }
  }

  private static String name(Section section, String key, String otherwise) {
    var name = section.text(key, otherwise);
    if (!name.isEmpty() && !isFree(name)) {
      section.problem(key, "'" + name + "' cannot name a caller; X-OnePort-Caller could");
    }
    return name;
  }

  /** Whether a header of this name has no meaning besides the one that it gets here. */
  static boolean isFree(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return name.matches("[A-Za-z0-9-]+")
        && !RESERVED.contains(lower)
        && !lower.startsWith("grpc-")
        && !lower.startsWith("sec-")
        && !lower.startsWith("x-forwarded-")
        && !lower.endsWith("-bin");
  }

  /** The names that are not empty. */
  Stream<String> names() {
    return Stream.of(caller, issuer, roles).filter(name -> !name.isEmpty());
  }
}
