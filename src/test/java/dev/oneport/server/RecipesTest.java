package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.identity.ApiKey;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.JwksServer;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The recipes of the documentation, as they stand there: the caller that each is for may call, and
 * none that differs in one thing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RecipesTest {
  private static final TestIssuer SIGNER = TestIssuer.good();
  private static final String KEY = ApiKey.random();
  private static final String OTHER_KEY = ApiKey.random();
  private static final String IAP = "x-goog-iap-jwt-assertion";
  private static final Pattern RECIPE = Pattern.compile("(?s)### (.+?)\n.*?```yaml\n(.*?)```");

  private final JwksServer keys = JwksServer.start(JwksServer.text(SIGNER.jwks().toString(), ""));
  private final Map<String, RunningServer> servers = new LinkedHashMap<>();

  /** A call to what a recipe allows, and the expected status. */
  record Row(String recipe, String name, List<HeaderField> headers, int status) {
    @Override
    public String toString() {
      return recipe + ", " + name + " -> " + status;
    }
  }

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    var file = folder.resolve("keys");
    Files.write(
        file,
        List.of(
            ApiKey.of(KEY, "billing", List.of("role=reader")).line(),
            ApiKey.of(OTHER_KEY, "ci", List.of("role=writer")).line()));
    recipes()
        .forEach(
            (name, yaml) ->
                servers.put(
                    name,
                    RunningServer.start(
                        yaml.replaceAll(
                                "(preset: .+\n)", "$1      jwks: " + keys.url("/keys") + "\n")
                            .replace("      jwks: in-cluster\n", "")
                            .replaceAll("keys-file: \\S+", "keys-file: " + file),
                        new EchoService())));
  }

  @AfterAll
  void stop() {
    servers.values().forEach(RunningServer::close);
    keys.close();
  }

  private static Map<String, String> recipes() throws IOException {
    var text = Files.readString(Path.of("docs/configuration.md"));
    var section = text.substring(text.indexOf("\n## Recipes\n"));
    var recipes = new LinkedHashMap<String, String>();
    RECIPE
        .matcher(section.substring(0, section.indexOf("\n## Server\n")))
        .results()
        .forEach(it -> recipes.put(it.group(1), it.group(2)));
    return recipes;
  }

  @Test
  void eachRecipeHasItsRows() throws IOException {
    var tried = rows().map(Row::recipe).distinct().toList();
    assertEquals(List.copyOf(recipes().keySet()), tried);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void itAllowsTheCallerThatItIsForAndNoOther(Row row) throws IOException {
    var request = new StringBuilder("GET /ping HTTP/1.1\r\nHost: localhost\r\n");
    row.headers()
        .forEach(it -> request.append(it.name()).append(": ").append(it.value()).append("\r\n"));
    var server = Objects.requireNonNull(servers.get(row.recipe()));
    assertEquals(row.status(), RawHttp.send(server.port(), request + "\r\n").status());
  }

  static Stream<Row> rows() {
    return Stream.of(
            google(), okta(), keycloak(), entra(), github(), kubernetes(), apiKeys(), iap())
        .flatMap(List::stream);
  }

  private static List<Row> google() {
    var recipe =
        new Tokens(
            "Google service account",
            it ->
                it.claim("iss", "https://accounts.google.com")
                    .claim("aud", "https://my-service.example")
                    .claim("email", "deployer@my-project.iam.gserviceaccount.com"));
    return recipe
        .denies("another account", 403, "email", "other@my-project.iam.gserviceaccount.com")
        .denies("an address that is not verified", 401, "email_verified", false)
        .denies("for another service", 401, "aud", "https://other.example")
        .denies("of another issuer", 401, "iss", "https://accounts.example")
        .rows();
  }

  private static List<Row> okta() {
    var recipe =
        new Tokens(
            "Okta groups",
            it ->
                it.claim("iss", "https://my-org.okta.com/oauth2/default")
                    .claim("aud", "api://my-service")
                    .claim("groups", List.of("Everyone", "Domain Admins")));
    return recipe
        .allows("the other group", "groups", List.of("team/ops"))
        .denies("a group with the role's name", 403, "groups", List.of("engineers"))
        .denies("a group in another case", 403, "groups", List.of("domain admins"))
        .denies("no group", 403, "groups", List.of())
        .denies("another authorization server", 401, "iss", "https://my-org.okta.com/oauth2/x")
        .denies("for another service", 401, "aud", "api://other")
        .rows();
  }

  private static List<Row> keycloak() {
    var recipe =
        new Tokens(
            "Keycloak",
            it ->
                it.claim("iss", "https://id.corp.example/realms/corp")
                    .claim("aud", "orders")
                    .claim("typ", "Bearer")
                    .claim("preferred_username", "alice")
                    .claim("realm_access", Map.of("roles", List.of("clerk"))));
    return recipe
        .allows(
            "a role of the client",
            it ->
                it.without("realm_access")
                    .claim("resource_access", Map.of("orders", Map.of("roles", List.of("clerk")))))
        .denies(
            "a role of another client",
            403,
            it ->
                it.without("realm_access")
                    .claim("resource_access", Map.of("other", Map.of("roles", List.of("clerk")))))
        .denies("another role", 403, "realm_access", Map.of("roles", List.of("clerks")))
        .denies("an ID token", 401, "typ", "ID")
        .denies("another realm", 401, "iss", "https://id.corp.example/realms/other")
        .denies("for another client", 401, "aud", "account")
        .rows();
  }

  private static List<Row> entra() {
    var tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    var other = "72f988bf-86f1-41af-91ab-2d7cd011db48";
    var recipe =
        new Tokens(
            "Entra",
            it ->
                it.claim("iss", "https://login.microsoftonline.com/" + tenant + "/v2.0")
                    .claim("tid", tenant)
                    .claim("aud", "11111111-2222-3333-4444-555555555555")
                    .claim("oid", "00000000-0000-0000-0000-000000000001")
                    .claim("roles", List.of("Orders.Read")));
    return recipe
        .allows(
            "a v1.0 token",
            it ->
                it.claim("iss", "https://sts.windows.net/" + tenant + "/")
                    .claim("aud", "api://orders"))
        .denies("another app role", 403, "roles", List.of("Orders.Write"))
        .denies("no app role", 403, it -> it.without("roles"))
        .denies(
            "another tenant",
            401,
            it ->
                it.claim("tid", other)
                    .claim("iss", "https://login.microsoftonline.com/" + other + "/v2.0"))
        .denies("another tenant in tid alone", 401, "tid", other)
        .denies("for another application", 401, "aud", "00000003-0000-0000-c000-000000000000")
        .rows();
  }

  private static List<Row> github() {
    var recipe =
        new Tokens(
            "GitHub Actions",
            it ->
                it.claim("iss", "https://token.actions.githubusercontent.com")
                    .claim("aud", "https://my-service.example")
                    .claim("repository", "my-org/my-app")
                    .claim("repository_owner_id", "65")
                    .claim("sub", "repo:my-org/my-app:ref:refs/heads/main"));
    return recipe
        .denies("another branch", 403, "sub", "repo:my-org/my-app:ref:refs/heads/main2")
        .denies("a tag called main", 403, "sub", "repo:my-org/my-app:ref:refs/tags/main")
        .denies("a pull request", 403, "sub", "repo:my-org/my-app:pull_request")
        .denies("an environment", 403, "sub", "repo:my-org/my-app:environment:prod")
        .denies("another repository", 403, "sub", "repo:my-org/my-app2:ref:refs/heads/main")
        .denies("another owner of that name", 401, "repository_owner_id", "66")
        .denies("for another service", 401, "aud", "https://github.com/my-org")
        .rows();
  }

  private static List<Row> kubernetes() {
    var recipe =
        new Tokens(
            "Kubernetes namespace",
            it ->
                it.claim("iss", "https://kubernetes.default.svc.cluster.local")
                    .claim("aud", List.of("my-service"))
                    .claim("sub", "system:serviceaccount:prod:cart"));
    return recipe
        .denies("another namespace", 403, "sub", "system:serviceaccount:prod2:cart")
        .denies("a user", 403, "sub", "system:node:prod:cart")
        .denies("a name that is empty", 403, "sub", "system:serviceaccount:prod:")
        .denies("for the API server", 401, "aud", List.of("https://kubernetes.default.svc"))
        .denies("another cluster", 401, "iss", "https://cluster.example")
        .rows();
  }

  private static List<Row> apiKeys() {
    var recipe = "API keys";
    return List.of(
        new Row(recipe, "a reader's key", List.of(new HeaderField("X-API-Key", KEY)), 200),
        new Row(recipe, "a key of others", List.of(new HeaderField("X-API-Key", OTHER_KEY)), 403),
        new Row(
            recipe, "an unknown key", List.of(new HeaderField("X-API-Key", ApiKey.random())), 401),
        new Row(recipe, "as a bearer token", List.of(HeaderField.bearer(KEY)), 401),
        new Row(recipe, "none", List.of(), 401));
  }

  private static List<Row> iap() {
    UnaryOperator<TestIssuer.Builder> right =
        it ->
            it.header("alg", "ES256")
                .header("kid", "ec-256")
                .claim("iss", "https://cloud.google.com/iap")
                .claim("aud", "/projects/123/global/backendServices/456")
                .claim("email", "alice@corp.example");
    var good = new HeaderField(IAP, right.apply(SIGNER.token()).sign());
    var foreign =
        new HeaderField(
            IAP, right.apply(SIGNER.token()).claim("email", "alice@corp.example.evil.test").sign());
    var elsewhere =
        new HeaderField(
            IAP,
            right
                .apply(SIGNER.token())
                .claim("aud", "/projects/123/global/backendServices/457")
                .sign());
    var own = HeaderField.bearer(SIGNER.token().claim("iss", "https://app.example").sign());
    var recipe = "IAP beside an application token";
    return List.of(
        new Row(recipe, "IAP's token alone", List.of(good), 200),
        new Row(recipe, "both", List.of(own, good), 200),
        new Row(recipe, "an opaque one beside it", List.of(HeaderField.bearer("x1"), good), 200),
        new Row(recipe, "the application's token alone", List.of(own), 401),
        new Row(recipe, "IAP's in Authorization", List.of(HeaderField.bearer(good.value())), 401),
        new Row(recipe, "IAP's in both", List.of(HeaderField.bearer(good.value()), good), 200),
        new Row(recipe, "two of IAP", List.of(good, good), 401),
        new Row(recipe, "another domain", List.of(own, foreign), 403),
        new Row(recipe, "another backend", List.of(own, elsewhere), 401),
        new Row(recipe, "none", List.of(), 401));
  }

  /** The token that a recipe is for, and those that differ in one thing. */
  private static final class Tokens {
    private final String recipe;
    private final UnaryOperator<TestIssuer.Builder> right;
    private final List<Row> rows = new ArrayList<>();

    Tokens(String recipe, UnaryOperator<TestIssuer.Builder> right) {
      this.recipe = recipe;
      this.right = right;
      rows.add(row("the right token", 200, it -> it));
      rows.add(new Row(recipe, "none", List.of(), 401));
      rows.add(
          new Row(
              recipe,
              "signed by somebody else",
              List.of(HeaderField.bearer(right.apply(SIGNER.token()).signBy(TestIssuer.other()))),
              401));
    }

    Tokens allows(String name, UnaryOperator<TestIssuer.Builder> change) {
      rows.add(row(name, 200, change));
      return this;
    }

    Tokens allows(String name, String claim, Object value) {
      return allows(name, it -> it.claim(claim, value));
    }

    Tokens denies(String name, int status, UnaryOperator<TestIssuer.Builder> change) {
      rows.add(row(name, status, change));
      return this;
    }

    Tokens denies(String name, int status, String claim, Object value) {
      return denies(name, status, it -> it.claim(claim, value));
    }

    private Row row(String name, int status, UnaryOperator<TestIssuer.Builder> change) {
      var token = change.apply(right.apply(SIGNER.token())).sign();
      return new Row(recipe, name, List.of(HeaderField.bearer(token)), status);
    }

    List<Row> rows() {
      return rows;
    }
  }
}
