package dev.oneport.gateway;

import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import dev.oneport.gate.FailedCall;
import dev.oneport.gateway.assertion.AssertionSettings;
import dev.oneport.gateway.assertion.AssertionSigner;
import dev.oneport.transport.CookieFields;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Decides which headers and metadata about the caller an upstream gets: the name, the issuer and
 * the roles of an identified caller. Identity headers sent by clients are always removed, and the
 * client's credential unless the operator forwards it.
 */
public final class ForwardedIdentity {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** What proxies and Helidon say of clients' certificates. */
  private static final List<String> CERTIFICATES =
      List.of("client-cert", "client-cert-chain", "x-forwarded-client-cert", "x-helidon-cn");

  private static final List<String> CREDENTIALS =
      List.of("authorization", "proxy-authorization", "x-serverless-authorization");

  /** What proxies claim of a request: its sender, path, user and groups, among others. */
  private static final String OF_PROXIES = "x-forwarded-";

  private final IdentityHeaders names;
  private final Set<String> removed = new HashSet<>();
  private final Set<String> credentials = new HashSet<>();
  private final Set<String> cookies = new HashSet<>();
  private final Function<Caller, List<String>> roles;
  private final Optional<AssertionSigner> signer;
  private final Optional<OwnToken> own;

  /** A header with a token of the server's own identity, for calls of all callers. */
  record OwnToken(String header, Supplier<String> value) {}

  /**
   * Creates the rules for one upstream.
   *
   * @param reserved the names that carry identity to any upstream
   * @param tokenHeaders the headers besides {@code Authorization} that carry issuers' tokens
   * @param roles returns a caller's roles, including those that the policy adds
   * @param signer signs assertions, if the upstream gets them
   * @param own the server's own token, if the upstream gets it
   */
  ForwardedIdentity(
      IdentityHeaders names,
      Set<String> reserved,
      Set<String> tokenHeaders,
      Function<Caller, List<String>> roles,
      Optional<AssertionSigner> signer,
      Optional<OwnToken> own) {
    this.names = names;
    this.roles = roles;
    this.signer = signer;
    this.own = own;
    own.ifPresent(it -> removed.add(FieldSpelling.plain(it.header())));
    reserved.forEach(name -> removed.add(FieldSpelling.plain(name)));
    names.names().forEach(name -> removed.add(FieldSpelling.plain(name)));
    IdentityHeaders.DEFAULT.names().forEach(name -> removed.add(FieldSpelling.plain(name)));
    removed.add(FieldSpelling.plain(AssertionSettings.HEADER));
    removed.addAll(CERTIFICATES);
    removed.add("proxy-authorization");
    if (names.forwardAuthorization()) {
      tokenHeaders.forEach(name -> credentials.add(FieldSpelling.plain(name)));
    } else {
      CREDENTIALS.forEach(removed::add);
      tokenHeaders.forEach(this::remove);
    }
  }

  private void remove(String tokenHeader) {
    if (tokenHeader.startsWith(CookieFields.PREFIX)) {
      cookies.add(tokenHeader.substring(CookieFields.PREFIX.length()));
    } else {
      removed.add(FieldSpelling.plain(tokenHeader));
    }
  }

  /** Whether cookies of the client may hold its credential. */
  boolean removesCookies() {
    return !cookies.isEmpty();
  }

  /** The client's cookies for the upstream, as one field; empty if there are none for it. */
  String cookies(List<String> fields) {
    return new CookieFields(fields).without(cookies);
  }

  /**
   * Whether headers, trailers and metadata of this name from the client are removed, in any
   * spelling.
   */
  public boolean removes(String name) {
    var plain = FieldSpelling.plain(name);
    return removed.contains(plain)
        || (plain.startsWith(OF_PROXIES) && !credentials.contains(plain));
  }

  /**
   * The headers that name a caller, none for an anonymous one, and the server's own token.
   *
   * @param route the route of the call
   * @throws FailedCall if no token is available
   */
  Map<String, String> headers(Caller caller, Route route) {
    var headers = headers();
    if (caller.anonymous()) {
      return headers;
    }
    put(headers, names.caller(), encoded(caller.name(), ""));
    put(headers, names.issuer(), encoded(caller.issuer(), ""));
    var all = roles.apply(caller);
    put(
        headers,
        names.roles(),
        all.stream().map(it -> encoded(it, ",")).collect(Collectors.joining(",")));
    signer.ifPresent(it -> put(headers, it.header(), it.assertion(caller, all, route)));
    return headers;
  }

  /**
   * The headers of a call in nobody's name.
   *
   * @throws FailedCall if no token is available
   */
  Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    own.ifPresent(it -> headers.put(it.header(), it.value().get()));
    return headers;
  }

  private static void put(Map<String, String> headers, String name, String value) {
    if (!name.isEmpty()) {
      headers.put(name, value);
    }
  }

  /** Percent-encodes characters that a header cannot carry, and the percent sign. */
  private static String encoded(String text, String also) {
    var result = new StringBuilder(text.length());
    for (var b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7F && b != '%' && also.indexOf(b) < 0) {
        result.append((char) b);
      } else {
        result.append('%').append(HEX.toHexDigits(b));
      }
    }
    return result.toString();
  }
}
