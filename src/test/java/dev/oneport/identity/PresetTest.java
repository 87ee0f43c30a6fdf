package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.testing.JwksServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.time.Clocks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each kind of issuer, by tokens of its shape that a key of the test's signed, with the traps that
 * it is known for.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PresetTest {
  private static final TestIssuer SIGNER = TestIssuer.good();
  private static final String INVALID = "INVALID";

  private JwksServer server = JwksServer.start(JwksServer.text(SIGNER.jwks().toString(), ""));

  @AfterAll
  void stop() {
    server.close();
  }

  record Row(
      String name,
      String yaml,
      UnaryOperator<TestIssuer.Builder> token,
      Optional<String> header,
      String caller) {
    @Override
    public String toString() {
      return name + " -> " + caller;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void tokensOfItsShapeNameTheirCaller(Row row) {
    var keys = row.yaml().contains("accounts") ? "/keys/{account}" : "/keys";
    var yaml = "issuers: { x: { jwks: \"%s\", %s } }".formatted(server.url(keys), row.yaml());
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    var tokens =
        new TrustedIssuers(Clocks.system())
            .replaceIssuers(Identity.read(configuration.root()))
            .tokens();
    configuration.check();
    var said =
        switch (tokens.verify(row.token().apply(SIGNER.token()).sign(), row.header())) {
          case Verified verified -> verified.caller().name();
          case Rejected rejected -> rejected.problem().name();
        };
    assertEquals(row.caller(), said);
  }

  @ParameterizedTest
  @CsvSource({
    "GOOGLE, https://accounts.google.com, https://www.googleapis.com/oauth2/v3/certs",
    "GOOGLE_SERVICE_ACCOUNT, a@p.iam.example,"
        + " https://www.googleapis.com/service_accounts/v1/jwk/a@p.iam.example",
    "GOOGLE_IAP, https://cloud.google.com/iap, https://www.gstatic.com/iap/verify/public_key-jwk",
    "OKTA, https://o.okta.example/oauth2/d, https://o.okta.example/oauth2/d/v1/keys",
    "AWS_STS, https://u.tokens.sts.global.api.aws,"
        + " https://u.tokens.sts.global.api.aws/.well-known/jwks.json",
    "COGNITO, https://cognito-idp.r.amazonaws.com/pool,"
        + " https://cognito-idp.r.amazonaws.com/pool/.well-known/jwks.json",
    "GITHUB_ACTIONS, https://token.actions.githubusercontent.com,"
        + " https://token.actions.githubusercontent.com/.well-known/jwks",
    "GITLAB, https://gitlab.com, https://gitlab.com/oauth/discovery/keys",
    "ENTRA, 72f988bf-86f1-41af-91ab-2d7cd011db47,"
        + " https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/discovery/v2.0/keys",
    "AUTH0, https://t.auth0.example/, https://t.auth0.example/.well-known/jwks.json",
    "KEYCLOAK, https://k.example/realms/r,"
        + " https://k.example/realms/r/protocol/openid-connect/certs",
    "FIREBASE, https://securetoken.google.com/p,"
        + " https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
    "SUPABASE, https://p.supabase.example/auth/v1,"
        + " https://p.supabase.example/auth/v1/.well-known/jwks.json",
    "CLOUDFLARE_ACCESS, https://t.cloudflareaccess.example,"
        + " https://t.cloudflareaccess.example/cdn-cgi/access/certs",
    "AWS_ALB, arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/n/0f,"
        + " https://public-keys.auth.elb.eu-west-1.amazonaws.com/{kid}",
    "SPIFFE, spiffe://corp.example, ''",
    "KUBERNETES, https://cluster.example, ''",
    "OIDC, https://issuer.example, ''"
  })
  void itsKeysAreWhereTheIssuerHasThem(Preset preset, String issuer, String keys) {
    assertEquals(keys, preset.jwks(issuer));
    assertEquals(issuer, preset.issuer().isEmpty() ? issuer : preset.issuer());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "preset: entra, audiences: [ me ] | issuers.x.tenants: must name the tenants",
        "preset: entra, audiences: [ me ], tenants: [ common ] | 'common' is not the ID of a"
            + " tenant",
        "preset: entra, audiences: [ me ], tenants: [ organizations ] | is not the ID of a tenant",
        "preset: entra, audiences: [ me ], issuer: i, tenants: ["
            + " 11111111-2222-3333-4444-555555555555 ] | issuers.x.issuer",
        "preset: firebase, issuer: https://securetoken.google.com/p, audiences: [ q ] |"
            + " issuers.x.audiences: must be the project",
        "preset: auth0, audiences: [ me ] | issuers.x.issuer",
        "preset: cloudflare-access, audiences: [ me ] | issuers.x.issuer",
        "preset: aws-alb, audiences: [ me ], issuer: \"https://alb.example\" | issuers.x.issuer:"
            + " must be the ARN",
        "preset: spiffe, audiences: [ me ], jwks: /k, issuer: corp.example | issuers.x.issuer: must"
            + " be the trust domain",
        "preset: spiffe, audiences: [ me ], jwks: /k, issuer: spiffe://corp.example/ns |"
            + " issuers.x.issuer: must be the trust domain",
        "preset: spiffe, audiences: [ me ], issuer: spiffe://corp.example | issuers.x.jwks: is"
            + " needed",
      })
  void whatCannotWorkStopsTheStart(String yaml, String problem) {
    var configuration =
        Configuration.parse("test.yaml", "issuers: { x: { " + yaml + " } }", Map.of(), false);
    var _ = Identity.read(configuration.root());
    var wrong = assertThrows(InvalidConfiguration.class, configuration::check);
    assertTrue(wrong.problems().toString().contains(problem), () -> wrong.problems().toString());
  }

  @Test
  void accountsWithTheSameKeysCouldSignAsEachOther() {
    var yaml =
        "issuers: { x: { preset: google-service-account, audiences: [ me ],"
            + " accounts: [ a@p.example, b@p.example ], jwks: \"https://keys.example/all\" } }";
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    var _ = Identity.read(configuration.root());
    var wrong = assertThrows(InvalidConfiguration.class, configuration::check);
    assertEquals(
        "[test.yaml:1: issuers.x.jwks: must hold {account}: with shared keys one account could sign"
            + " as another]",
        wrong.problems().toString());
  }

  static Stream<Row> rows() {
    return Stream.of(
            google(),
            serviceAccount(),
            iap(),
            okta(),
            aws(),
            cognito(),
            github(),
            kubernetes(),
            gitlab(),
            entra(),
            auth0(),
            keycloak(),
            firebase(),
            supabase(),
            cloudflare(),
            spiffe(),
            oidc())
        .flatMap(List::stream);
  }

  private static List<Row> google() {
    var yaml = "preset: google, audiences: [ \"https://me.run.app\" ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("iss", "https://accounts.google.com")
                .claim("aud", "https://me.run.app")
                .claim("azp", "1234")
                .claim("email", "sa@p.iam.example");
    return List.of(
        row("google", yaml, token, "sa@p.iam.example"),
        row(
            "google without the scheme",
            yaml,
            it -> token.apply(it).claim("iss", "accounts.google.com"),
            "sa@p.iam.example"),
        row(
            "google with an unverified address",
            yaml,
            it -> token.apply(it).claim("email_verified", false),
            INVALID),
        row(
            "google for somebody else",
            yaml,
            it -> token.apply(it).claim("aud", "https://you.run.app"),
            INVALID),
        row(
            "google by ES256",
            yaml,
            it -> token.apply(it).header("alg", "ES256").header("kid", "ec-256"),
            INVALID));
  }

  private static List<Row> serviceAccount() {
    var yaml =
        "preset: google-service-account, audiences: [ me ], accounts: [ \"a@p.iam.example\","
            + " \"b@p.iam.example\" ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("iss", "a@p.iam.example")
                .claim("sub", "a@p.iam.example")
                .claim("aud", "me")
                .without("email")
                .without("email_verified");
    return List.of(
        row("service account", yaml, token, "a@p.iam.example"),
        row(
            "another service account",
            yaml,
            it -> token.apply(it).claim("iss", "b@p.iam.example").claim("sub", "b@p.iam.example"),
            "b@p.iam.example"),
        row(
            "service account that is not listed",
            yaml,
            it -> token.apply(it).claim("iss", "c@p.iam.example").claim("sub", "c@p.iam.example"),
            INVALID),
        row(
            "service account for another",
            yaml,
            it -> token.apply(it).claim("sub", "b@p.iam.example"),
            INVALID));
  }

  private static List<Row> iap() {
    var yaml =
        "preset: google-iap, audiences: [ /projects/1/global/backendServices/2,"
            + " /projects/1/locations/r/services/s ]";
    var header = Optional.of("x-goog-iap-jwt-assertion");
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.header("alg", "ES256")
                .header("kid", "ec-256")
                .claim("iss", "https://cloud.google.com/iap")
                .claim("aud", "/projects/1/global/backendServices/2")
                .claim("sub", "accounts.google.com:1234")
                .claim("email", "user@corp.example")
                .without("email_verified");
    return List.of(
        new Row("iap", yaml, token, header, "user@corp.example"),
        new Row(
            "iap on Cloud Run",
            yaml,
            it -> token.apply(it).claim("aud", "/projects/1/locations/r/services/s"),
            header,
            "user@corp.example"),
        row("iap in Authorization", yaml, token, INVALID),
        new Row(
            "iap by RS256",
            yaml,
            it -> token.apply(it).header("alg", "RS256").header("kid", "rsa-1"),
            header,
            INVALID));
  }

  private static List<Row> okta() {
    var yaml =
        "preset: okta, issuer: \"https://org.okta.test/oauth2/default\", audiences: [ \"api://me\""
            + " ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("iss", "https://org.okta.test/oauth2/default")
                .claim("aud", "api://me")
                .claim("cid", "0oa1")
                .claim("sub", "user@corp.example")
                .claim("scp", List.of("a", "b"));
    return List.of(
        row("okta", yaml, token, "user@corp.example"),
        row("okta by client", yaml + ", caller-claim: cid", token, "0oa1"),
        row(
            "okta of another server",
            yaml,
            it -> token.apply(it).claim("iss", "https://org.okta.test/oauth2/other"),
            INVALID));
  }

  private static List<Row> aws() {
    var yaml =
        "preset: aws-sts, issuer: \"https://abc.tokens.sts.global.api.aws\", audiences: [ me ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("iss", "https://abc.tokens.sts.global.api.aws")
                .claim("aud", "me")
                .claim("sub", "arn:aws:iam::1:role/x");
    return List.of(
        row("aws", yaml, token, "arn:aws:iam::1:role/x"),
        row(
            "aws by ES384",
            yaml,
            it -> token.apply(it).header("alg", "ES384").header("kid", "ec-384"),
            "arn:aws:iam::1:role/x"),
        row(
            "aws by ES256",
            yaml,
            it -> token.apply(it).header("alg", "ES256").header("kid", "ec-256"),
            INVALID));
  }

  private static List<Row> cognito() {
    var yaml =
        "preset: cognito, issuer: \"https://cognito-idp.r.test/pool\", audiences: [ client1 ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("iss", "https://cognito-idp.r.test/pool")
                .without("aud")
                .claim("client_id", "client1")
                .claim("token_use", "access")
                .claim("username", "u");
    return List.of(
        row("cognito", yaml, token, "client1"),
        row("cognito by user", yaml + ", caller-claim: sub", token, "1234567890"),
        row(
            "cognito for another client",
            yaml,
            it -> token.apply(it).claim("client_id", "client2"),
            INVALID),
        row(
            "cognito identity token",
            yaml,
            it -> token.apply(it).claim("token_use", "id").claim("aud", "client1"),
            INVALID),
        row(
            "cognito token that is not signed by it",
            yaml,
            it -> token.apply(it).header("kid", "rsa-384"),
            INVALID));
  }

  private static List<Row> github() {
    var yaml = "preset: github-actions, audiences: [ me ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("iss", "https://token.actions.githubusercontent.com")
                .claim("aud", "me")
                .claim("sub", "repo:o/r:ref:refs/heads/main")
                .claim("repository", "o/r");
    return List.of(
        row("github", yaml, token, "repo:o/r:ref:refs/heads/main"),
        row("github by repository", yaml + ", caller-claim: repository", token, "o/r"));
  }

  private static List<Row> kubernetes() {
    var yaml = "preset: kubernetes, issuer: \"https://kubernetes.default.svc\", audiences: [ me ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("iss", "https://kubernetes.default.svc")
                .claim("aud", List.of("me", "x"))
                .claim("sub", "system:serviceaccount:ns:name");
    return List.of(
        row("kubernetes", yaml, token, "system:serviceaccount:ns:name"),
        row(
            "kubernetes for another audience",
            yaml,
            it -> token.apply(it).claim("aud", List.of("x")),
            INVALID));
  }

  private static List<Row> gitlab() {
    var yaml = "preset: gitlab, audiences: [ me ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("iss", "https://gitlab.com")
                .claim("aud", "me")
                .claim("sub", "project_path:group/project:ref_type:branch:ref:main")
                .claim("ref_protected", "true");
    return List.of(
        row("gitlab", yaml, token, "project_path:group/project:ref_type:branch:ref:main"),
        row(
            "gitlab of one's own",
            yaml + ", issuer: \"https://git.corp.example\"",
            it -> token.apply(it).claim("iss", "https://git.corp.example"),
            "project_path:group/project:ref_type:branch:ref:main"),
        row("gitlab of another host", yaml, it -> token.apply(it).claim("iss", "x"), INVALID));
  }

  private static List<Row> entra() {
    var tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    var other = "11111111-2222-3333-4444-555555555555";
    var yaml = "preset: entra, tenants: [ " + tenant + " ], audiences: [ client1, \"api://me\" ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("iss", "https://login.microsoftonline.com/" + tenant + "/v2.0")
                .claim("aud", "client1")
                .claim("tid", tenant)
                .claim("oid", "object1")
                .claim("azp", "client2")
                .claim("ver", "2.0");
    UnaryOperator<TestIssuer.Builder> first =
        it ->
            token
                .apply(it)
                .claim("iss", "https://sts.windows.net/" + tenant + "/")
                .claim("aud", "api://me")
                .claim("appid", "client2")
                .claim("ver", "1.0");
    return List.of(
        row("entra v2.0", yaml, token, "object1"),
        row("entra v1.0", yaml, first, "object1"),
        row("entra by client", yaml + ", caller-claim: azp", token, "client2"),
        row(
            "entra for another application",
            yaml,
            it -> token.apply(it).claim("aud", "x"),
            INVALID),
        row(
            "entra of another tenant",
            yaml,
            it ->
                token
                    .apply(it)
                    .claim("iss", "https://login.microsoftonline.com/" + other + "/v2.0")
                    .claim("tid", other),
            INVALID),
        row(
            "entra that names another tenant",
            yaml,
            it -> token.apply(it).claim("tid", other),
            INVALID),
        row(
            "entra of one of several tenants",
            "preset: entra, tenants: [ %s, %s ], audiences: [ client1 ]".formatted(other, tenant),
            token,
            "object1"));
  }

  private static List<Row> auth0() {
    var yaml = "preset: auth0, issuer: \"https://t.auth0.test/\", audiences: [ \"https://me\" ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("iss", "https://t.auth0.test/")
                .claim("aud", List.of("https://me", "https://t.auth0.test/userinfo"))
                .claim("sub", "client1@clients")
                .claim("gty", "client-credentials");
    return List.of(
        row("auth0", yaml, token, "client1@clients"),
        row(
            "auth0 without the slash",
            yaml,
            it -> token.apply(it).claim("iss", "https://t.auth0.test"),
            INVALID));
  }

  private static List<Row> keycloak() {
    var yaml = "preset: keycloak, issuer: \"https://k.test/realms/r\", audiences: [ me, account ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("iss", "https://k.test/realms/r")
                .claim("aud", "account")
                .claim("typ", "Bearer")
                .claim("preferred_username", "alice");
    return List.of(
        row("keycloak", yaml, token, "1234567890"),
        row("keycloak by name", yaml + ", caller-claim: preferred_username", token, "alice"),
        row("keycloak identity token", yaml, it -> token.apply(it).claim("typ", "ID"), INVALID),
        row("keycloak refresh token", yaml, it -> token.apply(it).claim("typ", "Refresh"), INVALID),
        row(
            "keycloak of another realm",
            yaml,
            it -> token.apply(it).claim("iss", "https://k.test/realms/other"),
            INVALID));
  }

  private static List<Row> firebase() {
    var yaml =
        "preset: firebase, issuer: \"https://securetoken.google.com/project1\", audiences: ["
            + " project1 ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("iss", "https://securetoken.google.com/project1")
                .claim("aud", "project1")
                .claim("sub", "uid1");
    return List.of(
        row("firebase", yaml, token, "uid1"),
        row("firebase by address", yaml + ", caller-claim: email", token, "alice@example.com"),
        row(
            "firebase of another project",
            yaml,
            it ->
                token
                    .apply(it)
                    .claim("iss", "https://securetoken.google.com/project2")
                    .claim("aud", "project2"),
            INVALID));
  }

  private static List<Row> supabase() {
    var yaml =
        "preset: supabase, issuer: \"https://p.supabase.test/auth/v1\", audiences: [ authenticated"
            + " ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.header("alg", "ES256")
                .header("kid", "ec-256")
                .claim("iss", "https://p.supabase.test/auth/v1")
                .claim("aud", "authenticated")
                .claim("role", "authenticated")
                .claim("sub", "user1");
    return List.of(
        row("supabase", yaml, token, "user1"),
        row("supabase without a user", yaml, it -> token.apply(it).claim("aud", "anon"), INVALID));
  }

  private static List<Row> cloudflare() {
    var yaml =
        "preset: cloudflare-access, issuer: \"https://t.cloudflareaccess.test\", audiences: ["
            + " 32eafc ]";
    var header = Optional.of("cf-access-jwt-assertion");
    UnaryOperator<TestIssuer.Builder> user =
        it ->
            it.claim("iss", "https://t.cloudflareaccess.test")
                .claim("aud", List.of("32eafc"))
                .claim("type", "app")
                .claim("identity_nonce", "n")
                .without("email_verified");
    UnaryOperator<TestIssuer.Builder> service =
        it ->
            user.apply(it)
                .without("email")
                .without("identity_nonce")
                .claim("common_name", "client1.access")
                .claim("sub", "");
    return List.of(
        new Row("cloudflare user", yaml, user, header, "alice@example.com"),
        new Row("cloudflare service token", yaml, service, header, "client1.access"),
        new Row(
            "cloudflare of another application",
            yaml,
            it -> user.apply(it).claim("aud", List.of("other")),
            header,
            INVALID),
        row("cloudflare in Authorization", yaml, user, INVALID));
  }

  private static List<Row> spiffe() {
    var yaml = "preset: spiffe, issuer: \"spiffe://corp.test\", audiences: [ me ]";
    UnaryOperator<TestIssuer.Builder> token =
        it ->
            it.claim("aud", List.of("me"))
                .claim("sub", "spiffe://corp.test/ns/prod/sa/api")
                .without("iss")
                .without("iat")
                .without("email");
    return List.of(
        row("spiffe", yaml, token, "spiffe://corp.test/ns/prod/sa/api"),
        row(
            "spiffe with an issuer that only OpenID Connect needs",
            yaml,
            it -> token.apply(it).claim("iss", "https://oidc.corp.test"),
            "spiffe://corp.test/ns/prod/sa/api"),
        row(
            "spiffe of the type JOSE",
            yaml,
            it -> token.apply(it).header("typ", "JOSE"),
            "spiffe://corp.test/ns/prod/sa/api"),
        row(
            "spiffe of another domain",
            yaml,
            it -> token.apply(it).claim("sub", "spiffe://evil.test/ns/prod/sa/api"),
            INVALID),
        row(
            "spiffe that names this domain as its issuer",
            yaml,
            it ->
                token
                    .apply(it)
                    .claim("iss", "spiffe://corp.test")
                    .claim("sub", "spiffe://evil.test/ns/prod/sa/api"),
            INVALID),
        row(
            "spiffe without a path",
            yaml,
            it -> token.apply(it).claim("sub", "spiffe://corp.test"),
            INVALID),
        row(
            "spiffe with a path that leads up",
            yaml,
            it -> token.apply(it).claim("sub", "spiffe://corp.test/ns/../prod"),
            INVALID),
        row("spiffe for another audience", yaml, it -> token.apply(it).claim("aud", "x"), INVALID));
  }

  private static List<Row> oidc() {
    var yaml = "issuer: \"%s\", audiences: [ \"%s\" ]".formatted(SIGNER.id(), TestIssuer.AUDIENCE);
    return List.of(
        row("oidc", yaml, it -> it, "1234567890"),
        row("oidc with a prefix", yaml + ", caller-prefix: \"x:\"", it -> it, "x:1234567890"),
        row("oidc longer than is accepted", yaml + ", max-token-lifetime: 5m", it -> it, INVALID),
        row(
            "oidc with an address that nobody verified",
            yaml + ", caller-claim: email",
            it -> it.without("email_verified"),
            INVALID),
        row(
            "oidc with an address as it is",
            yaml + ", caller-claim: email, require-verified-email: false",
            it -> it.without("email_verified"),
            "alice@example.com"));
  }

  private static Row row(
      String name, String yaml, UnaryOperator<TestIssuer.Builder> token, String caller) {
    return new Row(name, yaml, token, Optional.empty(), caller);
  }
}
