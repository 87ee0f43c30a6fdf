package dev.oneport.identity;

import dev.oneport.config.Literal;
import dev.oneport.config.Section;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads issuers from {@code identity.issuers.NAME}:
 *
 * <pre>
 * kind: token                                # the default: signed tokens
 * preset: google                            # sets the defaults for this kind of issuer; default oidc
 * issuer: https://accounts.google.com       # the token's iss, exactly
 * jwks: https://www.googleapis.com/...      # URL, file, or the JWK set itself; default: from discovery
 *                                           # in-cluster: the keys of this Kubernetes cluster
 * ca: /etc/corp/ca.pem                      # trusted for fetching the keys; default: the system's certificates
 * token-file: /run/secrets/token            # bearer token for fetching the keys; default: none
 * audiences: [ "https://me.example" ]       # one of them must be in the token's aud
 * audience-claim: aud                       # the claim that lists a token's audiences
 * caller-claim: email                       # or several: the first one in the token counts; default sub
 * require-verified-email: true              # default: true if the caller claim is email
 * require: { hd: corp.example }             # the value, or the list of values, that each claim must have
 * caller-prefix: ""                         # in front of the caller's name; required with several issuers
 * roles-claim: realm_access.roles           # or several; default: tokens carry no roles
 * roles-prefix: partner-                    # in front of a token's roles; required with several issuers that bring roles
 * roles: [ reader ]                         # the token's roles that are accepted, instead or as well; default: all
 * algorithms: [ RS256, ES256 ]              # the default; also RS384, RS512, PS256 to PS512, ES384, ES512, EdDSA
 * clock-skew: 30s
 * max-token-lifetime: 24h
 * token-type: at+jwt                        # the typ that tokens must have; default: none of another kind of JWT
 * header: x-goog-iap-jwt-assertion          # default: Authorization: Bearer
 * cookie: session                           # a cookie that carries the token, in place of a header
 * logout-audiences: [ web-client ]          # accept its logout tokens for these; default: none
 * claims: [ tenant_id ]                     # told to handlers as Caller.claims(); default: none
 * tenants: [ 00000000-0000-0000-0000-000000000000 ]   # for the preset entra: the accepted tenants
 * accounts: [ "sa@project.example" ]        # for the preset google-service-account: the accepted accounts;
 *                                           # jwks then has {account} where the account's name belongs
 * </pre>
 */
final class IssuerFile {
  private static final String ACCOUNT = "{account}";
  private static final Optional<List<String>> NO_LIST = Optional.empty();
  private static final String ISSUER = "name one issuer in full";

  /** Keys whose defaults are wider than whatever an operator may have meant. */
  private static final List<String> NOT_EMPTY =
      List.of("require", "algorithms", "audience-claim", "caller-claim", "roles-claim", "ca");

  /** Headers that cannot carry a token, because HTTP, gRPC or browsers give them a meaning. */
  private static final Pattern OTHER_USE =
      Pattern.compile(
          "accept.*|access-control-.*|connection|content-.*|cookie|date|expect|forwarded|grpc-.*|host"
              + "|http2-settings|keep-alive|origin|proxy-.*|range|referer|sec-.*|te|trailer"
              + "|transfer-encoding|upgrade|user-agent|via|x-forwarded-.*|.*-bin");

  private static final Duration MAX_SKEW = Duration.ofMinutes(5);
  private static final Duration MAX_MAX_LIFETIME = Duration.ofDays(400);

  private final String name;
  private final Section section;
  private final Preset preset;

  private IssuerFile(String name, Section section, Preset preset) {
    this.name = name;
    this.section = section;
    this.preset = preset;
  }

  /**
   * Reads one section, which may describe several issuers, and closes it.
   *
   * @param several whether other issuers are configured, whose callers could have the same names
   * @param severalBringRoles whether other issuers bring roles, which could have the same names
   */
  static List<Issuer> read(
      String name, Section section, boolean several, boolean severalBringRoles) {
    try (section) {
      var file = new IssuerFile(name, section, section.choice("preset", Preset.OIDC));
      file.reportNames(several && !file.preset.google(), severalBringRoles);
      return file.ids().stream().map(file::issuer).toList();
    }
  }

  /**
   * Reads how the answers of an introspection endpoint are read, as if they were claims of tokens;
   * the section stays open.
   */
  static Issuer answers(String name, Section section, boolean several, boolean severalBringRoles) {
    var file = new IssuerFile(name, section, Preset.OIDC);
    file.reportNames(several, severalBringRoles);
    return file.issuer("", new KeySource.Fixed(JsonValue.EMPTY_JSON_OBJECT), Set.of());
  }

  private void reportNames(boolean several, boolean severalBringRoles) {
    if (severalBringRoles
        && section.has("roles-claim")
        && !section.has("roles-prefix")
        && !section.has("roles")) {
      section.problem(
          "roles-prefix",
          "with several issuers that bring roles, each must say which of the policy's roles its"
              + " tokens may bring: \""
              + name
              + "-\" keeps them apart, roles: [ ... ] lists the ones that count, \"\" lets its"
              + " tokens bring any role");
    }
    if (several) {
      IssuerNames.requireCallerPrefix(name, section);
    }
  }

  private List<String> ids() {
    return switch (preset) {
      case GOOGLE_SERVICE_ACCOUNT -> accounts();
      case ENTRA -> tenants();
      default ->
          List.of(
              preset.issuer().isEmpty()
                  ? requiredIssuer()
                  : section.literal("issuer", ISSUER, preset.issuer()));
    };
  }

  private List<String> tenants() {
    var tenants = section.texts("tenants");
    if (tenants.isEmpty() && !section.hasProblem("tenants")) {
      section.problem("tenants", "must name the tenants whose tokens are accepted");
    }
    for (var tenant : tenants) {
      if (!tenant.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
        section.problem(
            "tenants",
            "'"
                + tenant
                + "' is not the ID of a tenant, such as 72f988bf-86f1-41af-91ab-2d7cd011db47");
      }
    }
    return tenants;
  }

  private List<String> accounts() {
    var accounts =
        section.literals("accounts", "name each service account").stream()
            .map(Literal::of)
            .toList();
    if (accounts.isEmpty() && !section.hasProblem("accounts")) {
      section.problem("accounts", "must name the service accounts whose own tokens are accepted");
    }
    accounts.stream()
        .filter(account -> !CallerShape.EMAIL.fits(account))
        .forEach(
            account ->
                section.problem(
                    "accounts",
                    "'" + account + "' is not a service account such as sa@project.example"));
    if (accounts.size() > 1 && !section.text("jwks", ACCOUNT).contains(ACCOUNT)) {
      section.problem(
          "jwks", "must hold {account}: with shared keys one account could sign as another");
    }
    return accounts;
  }

  private String requiredIssuer() {
    var issuer = section.required("issuer");
    if (!issuer.isEmpty()) {
      preset.issuerProblem(issuer).ifPresent(problem -> section.problem("issuer", problem));
    }
    return issuer.isEmpty() ? issuer : section.literal("issuer", ISSUER, issuer);
  }

  private Issuer issuer(String id) {
    var jwks = preset.jwks(id);
    var issuer =
        issuer(
            id,
            jwks.isEmpty() && !section.has("jwks")
                ? discovery(id)
                : KeySource.read(section, section.text("jwks", jwks).replace(ACCOUNT, id)),
            Set.copyOf(
                section.literals("logout-audiences", "name each audience in full").stream()
                    .map(Literal::of)
                    .toList()));
    if (issuer.keys() instanceof KeySource.Fixed(var set)
        && KeyFilter.usable(set, issuer.algorithms()).keys().isEmpty()) {
      section.problem(
          "jwks",
          "has no public key for any of the algorithms "
              + issuer.algorithms().stream().sorted().toList()
              + "; of several for one algorithm, each needs a kid");
    }
    return issuer;
  }

  private Issuer issuer(String id, KeySource keys, Set<String> logoutAudiences) {
    for (var key : NOT_EMPTY) {
      section.reportEmpty(key);
    }
    var callerClaims =
        ClaimPath.read(
            section, "caller-claim", preset.callerClaims().stream().map(ClaimPath::named).toList());
    var audienceClaim = audienceClaim();
    var audiences = audiences(id);
    var required = Requirements.read(section, preset.required(id));
    var verifiedEmail = verifiedEmail();
    reportContradictions(id, required, audienceClaim);
    if (required.contradicts("email_verified", Set.of("true"))
        && (verifiedEmail == EmailRule.ALWAYS
            || (verifiedEmail == EmailRule.IF_CALLER
                && callerClaims.equals(List.of(ClaimPath.named("email")))))) {
      section.problem(
          "require.email_verified", "must be true unless require-verified-email is false");
    }
    return new Issuer(
        preset.hasSeveralIssuers() ? name + "/" + id : name,
        preset.ids(id),
        keys,
        audienceClaim,
        audiences,
        required,
        callerClaims,
        verifiedEmail,
        IssuerNames.callerPrefix(section),
        roles(),
        algorithms(),
        section.duration("clock-skew", Issuer.SKEW, Duration.ZERO, MAX_SKEW),
        section.duration(
            "max-token-lifetime", Issuer.MAX_LIFETIME, Duration.ofSeconds(1), MAX_MAX_LIFETIME),
        tokenType(),
        header(),
        logoutAudiences,
        ClaimPath.read(section, "claims", List.of()),
        callerShape(id, callerClaims, required));
  }

  private CallerShape callerShape(String id, List<ClaimPath> claims, Requirements required) {
    var shape =
        claims.equals(preset.callerClaims().stream().map(ClaimPath::named).toList())
            ? preset.callerShape(id)
            : CallerShape.ANY;
    var values = required.values(claims.getFirst());
    if (values.isEmpty()) {
      return shape;
    }
    var names = values.stream().filter(shape::fits).toList();
    if (names.isEmpty()) {
      section.problem(
          "require." + claims.getFirst(),
          "names no caller of this issuer, who look like " + shape.example());
      return shape;
    }
    return CallerShape.only(names);
  }

  /** Reports required values that no token of the issuer can have. */
  private void reportContradictions(String id, Requirements required, ClaimPath audienceClaim) {
    if (!id.isEmpty() && required.contradicts("iss", preset.ids(id))) {
      section.problem("require.iss", "is never another than the issuer's: leave it out");
    }
    if (preset == Preset.ENTRA && required.contradicts("tid", Set.of(id))) {
      section.problem("require.tid", "is always the tenant, which tenants lists: leave it out");
    }
    if (preset == Preset.GOOGLE_SERVICE_ACCOUNT && required.contradicts("sub", Set.of(id))) {
      section.problem("require.sub", "is always the account, which accounts lists: leave it out");
    }
    if (preset == Preset.COGNITO
        && required.contradicts("token_use", Set.of("access"))
        && audienceClaim.equals(ClaimPath.named("client_id"))) {
      section.problem(
          "require.token_use",
          "means ID tokens, which have no client_id: set audience-claim: aud, and caller-claim");
    }
  }

  private ClaimPath audienceClaim() {
    var otherwise = ClaimPath.named(preset.audienceClaim());
    var paths = ClaimPath.read(section, "audience-claim", List.of(otherwise));
    if (paths.size() > 1) {
      section.problem("audience-claim", "name one claim");
    }
    return paths.getFirst();
  }

  private EmailRule verifiedEmail() {
    var required = section.flag("require-verified-email", preset.saysVerified());
    if (!required) {
      return EmailRule.NEVER;
    }
    return section.has("require-verified-email") ? EmailRule.ALWAYS : EmailRule.IF_CALLER;
  }

  private Optional<TokenRoles> roles() {
    var claims = ClaimPath.read(section, "roles-claim", List.of());
    var prefix = section.text("roles-prefix", "");
    var accepted =
        section.has("roles")
            ? Optional.of(
                section.literals("roles", "name each role").stream().map(Literal::of).toList())
            : NO_LIST;
    if (claims.isEmpty()) {
      for (var key : List.of("roles-prefix", "roles")) {
        if (section.has(key)) {
          section.problem(key, "needs a roles-claim that brings roles");
        }
      }
    }
    if (!prefix.matches("[A-Za-z0-9_-]*")) {
      section.problem(
          "roles-prefix", "must be the start of a role's name: letters, digits, - and _");
    }
    if (accepted.filter(List::isEmpty).isPresent() && !section.hasProblem("roles")) {
      section.problem(
          "roles", "must list the roles that count; without roles-claim no role counts");
    }
    return claims.isEmpty()
        ? Optional.empty()
        : Optional.of(new TokenRoles(claims, accepted.map(Set::copyOf), prefix));
  }

  private Optional<String> tokenType() {
    var type = section.text("token-type").map(TokenType::normal);
    if (type.isPresent() && !type.get().matches("[a-z0-9!#$&^_.+-]+")) {
      section.problem("token-type", "must be the typ of the tokens, such as at+jwt");
    }
    return type;
  }

  private KeySource discovery(String id) {
    var url = url(id);
    if (!id.isEmpty() && url.isEmpty()) {
      section.problem("jwks", "is needed: the issuer is not a URL, so it cannot be discovered");
    }
    var access = KeyAccess.read(section, false);
    url.ifPresent(it -> access.check(section, it));
    return new KeySource.Discovery(id, access);
  }

  private static Optional<URI> url(String id) {
    try {
      return Optional.of(new URI(id)).filter(_ -> id.matches("https?://[^/@?#]+[^?#]*"));
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  private Set<String> audiences(String id) {
    var audiences =
        section.literals("audiences", "name each audience in full").stream()
            .map(Literal::of)
            .toList();
    if (audiences.isEmpty() && !section.hasProblem("audiences")) {
      section.problem(
          "audiences",
          "must name the audience of the tokens: without it, tokens for any service would be"
              + " accepted");
    }
    audiences.forEach(
        it ->
            preset
                .audienceProblem(it, id)
                .ifPresent(problem -> section.problem("audiences", problem)));
    return Set.copyOf(audiences);
  }

  private Set<Algorithm> algorithms() {
    var algorithms = EnumSet.noneOf(Algorithm.class);
    for (var wanted : section.texts("algorithms")) {
      Algorithm.named(wanted)
          .ifPresentOrElse(
              algorithms::add,
              () ->
                  section.problem(
                      "algorithms", wanted + " is not one of " + List.of(Algorithm.values())));
    }
    return algorithms.isEmpty() ? preset.algorithms() : algorithms;
  }

  private Optional<String> header() {
    if (!section.has("cookie")) {
      return header(section, preset.header());
    }
    var cookie = section.text("cookie", "");
    if (!cookie.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
      section.problem("cookie", "must be the name of a cookie");
    }
    if (section.has("header")) {
      section.problem("cookie", "cannot stand beside header: a token is in one place");
    }
    return Optional.of("cookie:" + cookie);
  }

  /** Reads the header that carries the credentials, in lower case; empty for Authorization. */
  static Optional<String> header(Section section, Optional<String> otherwise) {
    var header = section.text("header").map(it -> it.toLowerCase(Locale.ROOT));
    if (header.isPresent() && !header.get().matches("[a-z0-9-]+")) {
      section.problem("header", "must be the name of a header");
    }
    if (header.filter(it -> OTHER_USE.matcher(it).matches()).isPresent()) {
      section.problem("header", "'" + header.get() + "' says something else in every request");
    }
    return header.or(() -> otherwise).filter(it -> !it.equals("authorization"));
  }
}
