package dev.oneport.identity;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The defaults for one kind of issuer. A key in the configuration overrides them. */
enum Preset {
  /** Any issuer with OpenID Connect Discovery. */
  OIDC("", "", "sub"),

  /**
   * Google ID tokens. The caller chooses the audience when minting one, so the audience alone
   * proves nothing: rules must name callers.
   */
  GOOGLE("https://accounts.google.com", "https://www.googleapis.com/oauth2/v3/certs", "email"),

  /**
   * Tokens that service accounts sign themselves; one issuer for each account in {@code accounts}.
   */
  GOOGLE_SERVICE_ACCOUNT("", "https://www.googleapis.com/service_accounts/v1/jwk/", "iss"),

  /** Identity-Aware Proxy, which uses its own header for its token. */
  GOOGLE_IAP(
      "https://cloud.google.com/iap", "https://www.gstatic.com/iap/verify/public_key-jwk", "email"),

  /** An Okta authorization server, {@code https://ORG/oauth2/ID}. */
  OKTA("", "{issuer}/v1/keys", "sub"),

  /** AWS STS web identity; the caller is the role's ARN. */
  AWS_STS("", "{issuer}/.well-known/jwks.json", "sub"),

  /** Access tokens of a Cognito user pool. They have no audience; the client id is used instead. */
  COGNITO("", "{issuer}/.well-known/jwks.json", "client_id"),

  GITHUB_ACTIONS(
      "https://token.actions.githubusercontent.com",
      "https://token.actions.githubusercontent.com/.well-known/jwks",
      "sub"),

  /** CI jobs of GitLab; the caller is {@code project_path:GROUP/PROJECT:ref_type:TYPE:ref:NAME}. */
  GITLAB("https://gitlab.com", "{issuer}/oauth/discovery/keys", "sub"),

  /**
   * Microsoft Entra ID, v1.0 and v2.0 tokens of the tenants in {@code tenants}; one issuer for
   * each. The caller is the object id of the user or service principal, which is the same for all
   * applications of a tenant.
   */
  ENTRA("", "https://login.microsoftonline.com/{issuer}/discovery/v2.0/keys", "oid"),

  AUTH0("", "{issuer}/.well-known/jwks.json", "sub"),

  /** Access tokens of a Keycloak realm, {@code https://HOST/realms/REALM}. */
  KEYCLOAK("", "{issuer}/protocol/openid-connect/certs", "sub"),

  /** Firebase Authentication, {@code https://securetoken.google.com/PROJECT}. */
  FIREBASE(
      "",
      "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
      "sub"),

  /** Supabase Auth with signing keys, {@code https://PROJECT.supabase.co/auth/v1}. */
  SUPABASE("", "{issuer}/.well-known/jwks.json", "sub"),

  /**
   * Cloudflare Access, which uses its own header for its token. A user's token has an e-mail
   * address, which the identity provider vouches for, and a service token's has its client id.
   */
  CLOUDFLARE_ACCESS("", "{issuer}/cdn-cgi/access/certs", "email"),

  /**
   * Users whom an AWS Application Load Balancer has authenticated. The issuer is the load balancer,
   * by its ARN, and the audience its client id at the identity provider.
   */
  AWS_ALB("", "https://public-keys.auth.elb.{region}.amazonaws.com/{kid}", "sub"),

  /** JWT-SVIDs of a SPIFFE trust domain, {@code spiffe://DOMAIN}; the caller is the SPIFFE ID. */
  SPIFFE("", "", "sub"),

  /** Service accounts of a cluster; the caller is {@code system:serviceaccount:NAMESPACE:NAME}. */
  KUBERNETES("", "", "sub");

  private static final Pattern LOAD_BALANCER =
      Pattern.compile(
          "arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\\d+:loadbalancer/app/[A-Za-z0-9-]+/[0-9a-f]+");
  private static final Pattern SHARED_BY_TENANTS =
      Pattern.compile(
          "https://login\\.microsoftonline\\.com/(common|organizations|consumers)(/.*)?");
  private static final int REGION = 3;

  private final String issuer;
  private final String jwks;
  private final String callerClaim;

  Preset(String issuer, String jwks, String callerClaim) {
    this.issuer = issuer;
    this.jwks = jwks;
    this.callerClaim = callerClaim;
  }

  String issuer() {
    return issuer;
  }

  /** Where the keys are; empty to use discovery. */
  String jwks(String ofIssuer) {
    var base = ofIssuer.endsWith("/") ? ofIssuer.substring(0, ofIssuer.length() - 1) : ofIssuer;
    return switch (this) {
      case GOOGLE_SERVICE_ACCOUNT -> jwks + ofIssuer;
      case AWS_ALB -> jwks.replace("{region}", region(ofIssuer));
      default -> jwks.replace("{issuer}", base);
    };
  }

  List<String> callerClaims() {
    return this == CLOUDFLARE_ACCESS ? List.of(callerClaim, "common_name") : List.of(callerClaim);
  }

  /** The values of {@code iss} that name the issuer. */
  Set<String> ids(String ofIssuer) {
    if (this == ENTRA) {
      return Set.of(
          "https://login.microsoftonline.com/" + ofIssuer + "/v2.0",
          "https://sts.windows.net/" + ofIssuer + "/");
    }
    return ofIssuer.equals(GOOGLE.issuer)
        ? Set.of(ofIssuer, GOOGLE.issuer.substring("https://".length()))
        : Set.of(ofIssuer);
  }

  Set<Algorithm> algorithms() {
    return switch (this) {
      case GOOGLE_IAP, AWS_ALB -> Set.of(Algorithm.ES256);
      case AWS_STS -> Set.of(Algorithm.RS256, Algorithm.ES384);
      case GOOGLE,
          GOOGLE_SERVICE_ACCOUNT,
          OKTA,
          COGNITO,
          GITHUB_ACTIONS,
          GITLAB,
          ENTRA,
          AUTH0,
          CLOUDFLARE_ACCESS,
          FIREBASE ->
          Set.of(Algorithm.RS256);
      case SPIFFE -> EnumSet.complementOf(EnumSet.of(Algorithm.EDDSA));
      case OIDC, KUBERNETES, KEYCLOAK, SUPABASE -> Issuer.ALGORITHMS;
    };
  }

  Optional<String> header() {
    return switch (this) {
      case GOOGLE_IAP -> Optional.of("x-goog-iap-jwt-assertion");
      case CLOUDFLARE_ACCESS -> Optional.of("cf-access-jwt-assertion");
      case AWS_ALB -> Optional.of(LoadBalancerToken.HEADER);
      default -> Optional.empty();
    };
  }

  /** The claim that must name an accepted audience. */
  String audienceClaim() {
    return this == COGNITO ? "client_id" : "aud";
  }

  /** What callers' names look like, if the preset's own claim names them. */
  CallerShape callerShape(String ofIssuer) {
    return switch (this) {
      case GOOGLE, GOOGLE_IAP -> CallerShape.GOOGLE;
      case GOOGLE_SERVICE_ACCOUNT -> CallerShape.only(ofIssuer);
      case AWS_STS -> CallerShape.of("arn:aws.*", "arn:aws:iam::123456789012:role/NAME");
      case ENTRA ->
          CallerShape.of(
              "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "72f988bf-86f1-41af-91ab-2d7cd011db47");
      case KUBERNETES ->
          CallerShape.of(
              "system:serviceaccount:[a-z0-9-]+:[a-z0-9.-]+",
              "system:serviceaccount:NAMESPACE:NAME");
      case SPIFFE ->
          CallerShape.of(Pattern.quote(ofIssuer) + "(/[A-Za-z0-9._-]+)++", ofIssuer + "/PATH");
      // Repositories may choose the claims of which a sub consists, each behind its name.
      case GITHUB_ACTIONS ->
          CallerShape.of(
              "repo:[^/:\\s]+/[^/:\\s]+(:pull_request(:.*)?|:[a-z_]+:.*\\S.*)?"
                  + "|(?!repo:)[a-z_]+:.*\\S.*",
              "repo:ORG/NAME:ref:refs/heads/main");
      // Applications' users are numbers.
      case GITLAB ->
          CallerShape.of(
              "project_path:[^/:\\s]+/[^:\\s]+(:[a-z_]+:.*)?|(?!project_path:)[a-z_]+:.*\\S.*|\\d+",
              "project_path:GROUP/PROJECT:ref_type:branch:ref:main");
      case AUTH0 ->
          CallerShape.of("[^|\\s]+\\|.*\\S.*|\\S+@clients", "auth0|507f1f77bcf86cd799439020");
      case COGNITO -> CallerShape.of("[\\w+]{1,128}", "1h57kf5cpq17m0eml12EXAMPLE");
      case SUPABASE ->
          CallerShape.of(
              "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "9f0b5a7e-2f3d-4c5b-8a69-0e1d2c3b4a5f");
      case OIDC, OKTA, KEYCLOAK, FIREBASE, CLOUDFLARE_ACCESS, AWS_ALB -> CallerShape.ANY;
    };
  }

  /** Claims that must have these values. */
  Requirements required(String ofIssuer) {
    return switch (this) {
      case COGNITO -> Requirements.of("token_use", "access");
      case GOOGLE_SERVICE_ACCOUNT -> Requirements.of("sub", ofIssuer);
      case ENTRA -> Requirements.of("tid", ofIssuer);
      case KEYCLOAK -> Requirements.of("typ", "Bearer");
      default -> Requirements.NONE;
    };
  }

  /**
   * Whether {@code email_verified} must be true if the caller's name is an e-mail address; what
   * stands in front of a service and says who is logged in does not say that.
   */
  boolean saysVerified() {
    return this != GOOGLE_IAP && this != CLOUDFLARE_ACCESS && this != AWS_ALB;
  }

  /** What is wrong with the name of an issuer. */
  Optional<String> issuerProblem(String issuer) {
    if (this == AWS_ALB && !LOAD_BALANCER.matcher(issuer).matches()) {
      return Optional.of(
          "must be the ARN of the load balancer,"
              + " arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID");
    }
    if (this == AUTH0 && !issuer.endsWith("/")) {
      return Optional.of("must end with a slash, as in Auth0's tokens");
    }
    if (this == KEYCLOAK && !issuer.matches(".+/realms/[^/]+")) {
      return Optional.of("must be the realm, such as https://id.corp.example/realms/corp");
    }
    if (SHARED_BY_TENANTS.matcher(issuer).matches()) {
      return Optional.of("is in no token, which name their tenant: use preset: entra with tenants");
    }
    return this == SPIFFE && !TrustDomain.isOne(issuer)
        ? Optional.of("must be the trust domain, such as spiffe://corp.example")
        : Optional.empty();
  }

  private static String region(String arn) {
    var parts = arn.split(":", -1);
    return parts.length > REGION ? parts[REGION] : "";
  }

  /** Whether one section describes an issuer for each account or tenant. */
  boolean hasSeveralIssuers() {
    return this == GOOGLE_SERVICE_ACCOUNT || this == ENTRA;
  }

  /**
   * Whether its callers are Google accounts, so that one name means the same caller for all such
   * presets.
   */
  boolean google() {
    return this == GOOGLE || this == GOOGLE_SERVICE_ACCOUNT || this == GOOGLE_IAP;
  }

  /** Why an audience has the wrong form for an issuer; empty if it has not. */
  Optional<String> audienceProblem(String audience, String ofIssuer) {
    if (this == FIREBASE) {
      return ofIssuer.endsWith("/" + audience)
          ? Optional.empty()
          : Optional.of("must be the project, with which the issuer ends");
    }
    return this == GOOGLE_IAP && !audience.startsWith("/projects/")
        ? Optional.of(
            "must be /projects/NUMBER/global/backendServices/ID or"
                + " /projects/NUMBER/locations/REGION/services/NAME")
        : Optional.empty();
  }
}
