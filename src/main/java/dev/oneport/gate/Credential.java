package dev.oneport.gate;

import dev.oneport.identity.ClientCertificate;
import dev.oneport.identity.CredentialPlaces;
import dev.oneport.identity.PresentedToken;
import dev.oneport.transport.CookieFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The credential that a request carries, or that its connection has shown. */
sealed interface Credential
    permits Credential.Missing,
        Credential.Bearer,
        Credential.Beside,
        Credential.Certified,
        Credential.Unclear,
        CookieToken {
  String AUTHORIZATION = "authorization";

  /** No credential. */
  record Missing() implements Credential {
    @Override
    public Optional<ClientCertificate> shown() {
      return Optional.empty();
    }
  }

  /**
   * One bearer token (RFC 6750 section 2.1).
   *
   * @param shown the client's certificate, which the token may be bound to
   */
  record Bearer(PresentedToken token, Optional<ClientCertificate> shown) implements Credential {
    private Bearer(String token, Optional<String> header, Optional<ClientCertificate> shown) {
      this(new PresentedToken(token, header), shown);
    }
  }

  /** The certificate that the client has shown, and no token. */
  record Certified(ClientCertificate certificate) implements Credential {
    @Override
    public Optional<ClientCertificate> shown() {
      return Optional.of(certificate);
    }
  }

  /**
   * A token in an issuer's own header, beside one in {@code Authorization} that may be for somebody
   * else: then the first decides. If both are for issuers that are trusted here, it is an error.
   */
  record Beside(Bearer own, PresentedToken authorization) implements Credential {
    @Override
    public Optional<ClientCertificate> shown() {
      return own.shown();
    }
  }

  /** More than one credential, or a malformed one: an error, because the server must not choose. */
  record Unclear(String detail) implements Credential {
    @Override
    public Optional<ClientCertificate> shown() {
      return Optional.empty();
    }
  }

  Missing MISSING = new Missing();
  String BEARER = "Bearer";
  String SEVERAL = "more than one token";

  /** The client's certificate. */
  Optional<ClientCertificate> shown();

  /**
   * Finds the credential of a request: its token if it has one, otherwise its certificate.
   *
   * @param headers gives all values of a header, by its name in lower case
   * @param places where the credential that decides may be; what is elsewhere is not looked at
   * @param others tokens found elsewhere, such as in a subprotocol
   * @param shown the client's certificate
   */
  static Credential of(
      Function<String, List<String>> headers,
      CredentialPlaces places,
      List<String> others,
      Optional<ClientCertificate> shown,
      RecentTokens recent) {
    var token = token(headers, places, others, shown, recent);
    return token instanceof Missing && places.certificate() && shown.isPresent()
        ? new Certified(shown.get())
        : token;
  }

  private static Credential token(
      Function<String, List<String>> headers,
      CredentialPlaces places,
      List<String> others,
      Optional<ClientCertificate> shown,
      RecentTokens recent) {
    var authorization = headers.apply(AUTHORIZATION);
    if (authorization.size() > 1) {
      // An intermediary may have checked the other one (RFC 9110 section 5.3).
      return new Unclear("more than one Authorization field");
    }
    var bearer =
        authorization.isEmpty() || !places.authorization()
            ? MISSING
            : authorization(authorization.getFirst(), shown, recent);
    if (places.headers().isEmpty() && others.isEmpty()) {
      return bearer;
    }
    var found = new ArrayList<Credential>();
    if (!(bearer instanceof Missing)) {
      found.add(bearer);
    }
    for (var name : places.headers()) {
      found.addAll(
          name.startsWith(CookieFields.PREFIX)
              ? cookies(headers, name, shown)
              : tokens(headers, name, shown));
    }
    if (places.authorization()) {
      others.forEach(token -> found.add(new Bearer(token, Optional.empty(), shown)));
    }
    return switch (found.size()) {
      case 0 -> MISSING;
      case 1 -> found.getFirst();
      case 2 -> several(found);
      default -> new Unclear(SEVERAL);
    };
  }

  private static Credential several(List<Credential> found) {
    return found.getFirst() instanceof Bearer first
            && first.token().header().isEmpty()
            && found.getLast() instanceof Bearer own
            && own.token().header().isPresent()
        ? new Beside(own, first.token())
        : new Unclear(SEVERAL);
  }

  private static List<Bearer> tokens(
      Function<String, List<String>> headers, String name, Optional<ClientCertificate> shown) {
    return headers.apply(name).stream()
        .map(value -> new Bearer(value.strip(), Optional.of(name), shown))
        .toList();
  }

  private static List<CookieToken> cookies(
      Function<String, List<String>> headers, String name, Optional<ClientCertificate> shown) {
    var cookie = name.substring(CookieFields.PREFIX.length());
    return new CookieFields(headers.apply("cookie"))
        .values(cookie).stream()
            .map(value -> CookieToken.of(new Bearer(value, Optional.of(name), shown), headers))
            .toList();
  }

  private static Credential authorization(
      String value, Optional<ClientCertificate> shown, RecentTokens recent) {
    var credentials = value.strip();
    int length = BEARER.length();
    if (!credentials.regionMatches(true, 0, BEARER, 0, length)
        || (credentials.length() > length && credentials.charAt(length) != ' ')) {
      return MISSING;
    }
    int from = length;
    while (from < credentials.length() && Character.isWhitespace(credentials.charAt(from))) {
      from++;
    }
    return from == credentials.length()
        ? new Unclear("no token")
        : new Bearer(recent.of(credentials, from), shown);
  }
}
