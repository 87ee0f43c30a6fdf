package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.config.Configuration;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.testing.JwksServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.time.Clocks;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way in which a token can be bad, with the one cause that operators are told. */
final class RefusedTokenTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String GOOD = "good";
  private static final String EXPIRED = "EXPIRED";
  private static final String OTHER_KIND = "test: its type is that of another kind of JWT";

  private final VerifiedTokens tokens =
      new TrustedIssuers(Clocks.system())
          .replaceIssuers(
              identity(
                  "test: { issuer: \"%s\", jwks: \"%s\", audiences: [ \"%s\" ], caller-claim: email, caller-prefix: \"\" },"
                          .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE)
                      + " strict: { issuer: \"https://strict.test\", jwks: \"%s\", audiences: [ \"%s\" ], caller-prefix: \"\", token-type: application/AT+jwt }"
                          .formatted(ISSUER.jwksFile(), TestIssuer.AUDIENCE)))
          .tokens();

  record Row(String name, String token, String said) {
    @Override
    public String toString() {
      return name + " -> " + said;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void theDetailNamesTheOneCause(Row row) {
    var said =
        switch (tokens.verify(row.token(), Optional.empty())) {
          case Verified _ -> GOOD;
          case Rejected rejected ->
              rejected.problem() == TokenProblem.EXPIRED ? EXPIRED : rejected.detail();
        };
    assertEquals(row.said(), said);
  }

  /** RFC 8725 section 3.10: keys come from where the operator says, not from where a token says. */
  @Test
  void noAddressInATokenIsFetched() {
    try (var bait = JwksServer.start(JwksServer.status(500))) {
      for (var name : List.of("jku", "x5u", "iss", "kid", "url")) {
        var address = bait.url("/keys");
        var verification =
            tokens.verify(
                ISSUER.token().header(name, address).claim("iss", ISSUER.id()).sign(),
                Optional.empty());
        assertEquals(!name.equals("kid"), verification instanceof Verified, name);
        var _ =
            tokens.verify(
                ISSUER.token().header(name, address).claim("iss", address).sign(),
                Optional.empty());
        var _ =
            tokens.verify(
                ISSUER.token().header(name, address).signBy(TestIssuer.other()), Optional.empty());
      }
      assertEquals(0, bait.requests());
    }
  }

  static Stream<Row> rows() {
    return Stream.of(forms(), kinds(), signatures(), claims(), helidonsQuirks())
        .flatMap(List::stream);
  }

  private static List<Row> forms() {
    var parts = ISSUER.token().sign().split("\\.", -1);
    return List.of(
        new Row("no JWT", "certainly-not", "it is not a signed JWT"),
        new Row("two parts", parts[0] + "." + parts[1], "it is not a signed JWT"),
        new Row("no claims", parts[0] + ".." + parts[2], "it is not a signed JWT"),
        new Row(
            "five parts",
            "e30.e30.e30.e30.e30",
            "it has more than three parts, as an encrypted JWT has"),
        new Row(
            "padded signature",
            ISSUER.token().sign() + "==",
            "its signature part is not base64url"),
        new Row(
            "bits behind the signature's end",
            lastBitSet(ISSUER.token().sign()),
            "its signature part is not base64url"),
        new Row(
            "plain base64 in the claims",
            parts[0] + "." + parts[1] + "+/." + parts[2],
            "its claims part is not base64url"),
        new Row(
            "padded header",
            parts[0] + "=." + parts[1] + "." + parts[2],
            "its header part is not base64url"),
        new Row("not UTF-8", parts[0] + ".gIA." + parts[2], "its claims part is not UTF-8"),
        header("bytes behind the header", it -> it + "x", "has text after its JSON object"),
        header("an object behind the header", it -> it + "{}", "has text after its JSON object"),
        header("a null byte behind the header", it -> it + "\0", "has text after its JSON object"),
        header("a blank behind the header", it -> it + " ", GOOD),
        header("a list", it -> "[" + it + "]", "is not a JSON object"),
        header("a comment", it -> "//\n" + it, "is not a JSON object"),
        header("a mark before it", it -> "\ufeff" + it, "is not a JSON object"),
        header(
            "a name twice", it -> it.replaceFirst("\\{", "{\"alg\":\"none\","), "has a name twice"),
        header(
            "a name twice, escaped",
            it -> it.replaceFirst("\\{", "{\"\\\\u0061lg\":\"none\","),
            "has a name twice"),
        claims("bytes behind the claims", it -> it + "}", "has text after its JSON object"),
        claims("another token", _ -> ISSUER.token().sign(), "is not a JSON object"),
        claims(
            "a claim that nests 10,000 deep",
            it -> it.replaceFirst("\\{", "{\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + ","),
            "is not a JSON object"),
        claims("a list of claims", it -> "[" + it + "]", "is not a JSON object"),
        claims("deep nesting", it -> "[".repeat(10_000), "is not a JSON object"),
        claims(
            "a claim twice", it -> it.replaceFirst("\\{", "{\"sub\":\"x\","), "has a name twice"),
        claims(
            "a claim twice inside another",
            it -> it.replaceFirst("\\{", "{\"x\":{\"a\":1,\"a\":2},"),
            "has a name twice"));
  }

  private static List<Row> kinds() {
    return List.of(
        changed("no type", it -> it.without("typ"), GOOD),
        changed("JWT in lower case", it -> it.header("typ", "jwt"), GOOD),
        changed("JWT as a media type", it -> it.header("typ", "application/JWT"), GOOD),
        changed("JOSE", it -> it.header("typ", "JOSE"), GOOD),
        changed("access token", it -> it.header("typ", "at+jwt"), GOOD),
        changed("access token's media type", it -> it.header("typ", "application/at+jwt"), GOOD),
        changed("logout token", it -> it.header("typ", "logout+jwt"), OTHER_KIND),
        changed("in capitals", it -> it.header("typ", "LOGOUT+JWT"), OTHER_KIND),
        changed("media type", it -> it.header("typ", "Application/Logout+jwt"), OTHER_KIND),
        changed("security event", it -> it.header("typ", "secevent+jwt"), OTHER_KIND),
        changed("proof of possession", it -> it.header("typ", "dpop+jwt"), OTHER_KIND),
        changed("key binding", it -> it.header("typ", "kb+jwt"), OTHER_KIND),
        changed("credential", it -> it.header("typ", "dc+sd-jwt"), OTHER_KIND),
        changed("of the future", it -> it.header("typ", "new-thing+jwt"), OTHER_KIND),
        changed("a number", it -> it.header("typ", 5), "test: its type is not a string"),
        claims(
            "logout token without a type",
            it ->
                it.replaceFirst(
                    "\\{",
                    "{\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}},"),
            "test: it reports a security event and identifies no caller"),
        changed(
            "the type that is wanted",
            it -> it.claim("iss", "https://strict.test").header("typ", "at+JWT"),
            GOOD),
        changed(
            "not the type that is wanted",
            it -> it.claim("iss", "https://strict.test"),
            "strict: it is not of the type at+jwt"),
        changed(
            "no type where one is wanted",
            it -> it.claim("iss", "https://strict.test").without("typ"),
            "strict: it is not of the type at+jwt"));
  }

  private static List<Row> signatures() {
    return List.of(
        new Row(
            "alg none",
            ISSUER.token().header("alg", "none").signature(""),
            "test: the algorithm is not allowed"),
        changed(
            "an algorithm that is not allowed",
            it -> it.header("alg", "RS512").header("kid", "rsa-512"),
            "test: the algorithm is not allowed"),
        changed(
            "an algorithm that is not the key's",
            it -> it.header("kid", "ec-256"),
            "test: its key is for another algorithm"),
        changed(
            "critical extensions",
            it -> it.header("crit", List.of("exp2")),
            "test: it has critical extensions that are not supported"),
        new Row(
            "an algorithm in small letters",
            ISSUER.token().headerText(it -> it.replace("RS256", "rs256")).sign(),
            "test: the algorithm is not allowed"),
        changed("no algorithm", it -> it.without("alg"), "test: the algorithm is not allowed"),
        new Row(
            "alg None",
            ISSUER.token().header("alg", "None").signature(""),
            "test: the algorithm is not allowed"),
        new Row(
            "an algorithm that is a number",
            ISSUER.token().header("alg", 256).signature("AAAA"),
            "test: the algorithm is not allowed"),
        changed(
            "critical extensions that are none",
            it -> it.header("crit", List.of()),
            "test: it has critical extensions that are not supported"),
        changed(
            "claims that are not encoded",
            it -> it.header("b64", false),
            "test: its claims are not in base64url, as a JWT's are"),
        changed(
            "claims that are not encoded, in a text",
            it -> it.header("b64", "false"),
            "test: its claims are not in base64url, as a JWT's are"),
        changed("claims that are encoded", it -> it.header("b64", true), GOOD),
        changed(
            "compressed",
            it -> it.header("zip", "DEF"),
            "test: it is compressed, as only an encrypted JWT may be"),
        changed(
            "a key id that is a number",
            it -> it.header("kid", 5),
            "test: its key id is not a string"),
        changed(
            "a key id that is a list",
            it -> it.header("kid", List.of("rsa-256")),
            "test: its key id is not a string"),
        changed("an empty key id", it -> it.header("kid", ""), "test: its key id is not a string"),
        changed(
            "a key id that is a path",
            it -> it.header("kid", "../../../etc/passwd"),
            "test: the issuer has no such key"),
        changed(
            "a key id that is a query",
            it -> it.header("kid", "' OR 1=1 --\u0000"),
            "test: the issuer has no such key"),
        changed(
            "a key id of 100 KB", it -> it.header("kid", "k".repeat(100_000)), "it is too long"),
        changed(
            "a key id of 10 KB",
            it -> it.header("kid", "k".repeat(10_000)),
            "test: the issuer has no such key"),
        changed("no key, where the issuer has one of the algorithm", it -> it.without("kid"), GOOD),
        new Row(
            "another issuer's key",
            ISSUER.token().signBy(TestIssuer.other()),
            "test: it was not signed with the issuer's key"),
        new Row(
            "a signature that is too short",
            ISSUER.token().signature("AAAA"),
            "test: it was not signed with the issuer's key"),
        new Row(
            "a signature of no elliptic curve",
            ISSUER.token().header("alg", "ES256").header("kid", "ec-256").signature("AAAA"),
            "test: it was not signed with the issuer's key"));
  }

  private static List<Row> claims() {
    long now = Instant.now().getEpochSecond();
    return List.of(
        changed("expired", it -> it.claim("exp", now - 60), EXPIRED),
        changed(
            "expiry is a number in a text",
            it -> it.claim("exp", String.valueOf(now + 60)),
            "test: its claim exp is not a time"),
        changed(
            "expiry is a list",
            it -> it.claim("exp", List.of(now + 60)),
            "test: its claim exp is not a time"),
        number("expiry with a fraction", "exp", now + 60 + ".5", GOOD),
        changed("expiry is true", it -> it.claim("exp", true), "test: its claim exp is not a time"),
        changed(
            "expiry is negative", it -> it.claim("exp", -1L), "test: its claim exp is not a time"),
        number("expiry beyond all times", "exp", "1e400", "test: its claim exp is not a time"),
        number(
            "expiry beyond a year with five digits",
            "exp",
            "999999999999999",
            "test: its claim exp is not a time"),
        number("expiry that is tiny", "exp", "1e-400", EXPIRED),
        number(
            "expiry with a thousand digits",
            "exp",
            "9".repeat(1000),
            "test: its claim exp is not a time"),
        number("expiry with a million digits", "exp", "9".repeat(1_000_000), "it is too long"),
        number(
            "expiry with 5,000 digits",
            "exp",
            "9".repeat(5_000),
            "its claims part is not a JSON object"),
        number("expiry is null", "exp", "null", "test: its claim exp is not a time"),
        number("another claim beyond all numbers", "level", "1e999999999", GOOD),
        changed("issuer is a number", it -> it.claim("iss", 5), "its claim iss is not a string"),
        changed(
            "issuer is a list",
            it -> it.claim("iss", List.of(ISSUER.id())),
            "its claim iss is not a string"),
        changed(
            "audiences in a list in a list",
            it -> it.claim("aud", List.of(List.of(TestIssuer.AUDIENCE))),
            "test: its claim aud, which names the audience, is neither a string nor a list of"
                + " strings"),
        changed(
            "audience is a number",
            it -> it.claim("aud", 5),
            "test: its claim aud, which names the audience, is neither a string nor a list of"
                + " strings"),
        changed(
            "audience is an object",
            it -> it.claim("aud", Map.of(TestIssuer.AUDIENCE, true)),
            "test: its claim aud, which names the audience, is neither a string nor a list of"
                + " strings"),
        changed(
            "no audience in a list", it -> it.claim("aud", List.of()), "test: it has no audience"),
        changed(
            "a caller that is an object",
            it -> it.claim("email", Map.of("a", "b")),
            "test: its claim email, which names the caller, is not a string"),
        changed(
            "a caller that is a number",
            it -> it.claim("email", 5),
            "test: its claim email, which names the caller, is not a string"),
        changed("no issuer", it -> it.without("iss"), "it has no issuer"),
        changed(
            "another issuer",
            it -> it.claim("iss", "https://evil.test"),
            "its issuer is not trusted here"),
        changed("no audience", it -> it.without("aud"), "test: it has no audience"),
        changed(
            "another audience",
            it -> it.claim("aud", "https://elsewhere.test"),
            "test: it is meant for another audience"),
        changed("no expiry", it -> it.without("exp"), "test: it has no expiry time"),
        changed(
            "expiry is a text",
            it -> it.claim("exp", "tomorrow"),
            "test: its claim exp is not a time"),
        changed("not valid yet", it -> it.claim("nbf", now + 300), "test: it is not valid yet"),
        changed("nbf is a text", it -> it.claim("nbf", "x"), "test: its claim nbf is not a time"),
        changed(
            "of the future", it -> it.claim("iat", now + 300), "test: it was issued in the future"),
        changed(
            "a long life",
            it -> it.claim("exp", now + 100_000),
            "test: its lifetime is longer than allowed"),
        changed(
            "unverified",
            it -> it.claim("email_verified", false),
            "test: the e-mail address is not verified"),
        changed(
            "unverified in a text",
            it -> it.claim("email_verified", "false"),
            "test: the e-mail address is not verified"),
        changed("verified in a text", it -> it.claim("email_verified", "true"), GOOD),
        changed(
            "no caller",
            it -> it.without("email"),
            "test: it has no claim email, which names the caller"),
        changed(
            "two callers",
            it -> it.claim("email", List.of("a@example.com", "b@example.com")),
            "test: its claim email, which names the caller, is not a string"),
        changed("a blank caller", it -> it.claim("email", " "), "test: its claim email is empty"));
  }

  /** Claims that Helidon's library reads, and nobody here asks for. */
  private static List<Row> helidonsQuirks() {
    return List.of(
        changed("no subject", it -> it.without("sub"), GOOD),
        changed("subject is a number", it -> it.claim("sub", 5), GOOD),
        changed("upn without a subject", it -> it.without("sub").claim("upn", "x"), GOOD),
        changed("a birthdate that is a year", it -> it.claim("birthdate", "1990"), GOOD),
        changed("a name that is a list", it -> it.claim("name", List.of("x")), GOOD),
        changed("a zone nobody knows", it -> it.claim("zoneinfo", "Moon/Base"), GOOD),
        changed("an update at no time", it -> it.claim("updated_at", "yesterday"), GOOD),
        changed("a nonce that is a number", it -> it.claim("nonce", 1), GOOD),
        changed("an address that is a text", it -> it.claim("address", "street"), GOOD),
        changed("a scope that is a list", it -> it.claim("scope", List.of("a")), GOOD),
        changed("groups that are numbers", it -> it.claim("groups", List.of(1, 2)), GOOD),
        changed(
            "an audience among numbers",
            it -> it.claim("aud", List.of(TestIssuer.AUDIENCE, 1)),
            GOOD));
  }

  /** A number that Java cannot represent. */
  private static Row number(String name, String claim, String number, String said) {
    return new Row(
        name,
        ISSUER
            .token()
            .claim(claim, 4711)
            .claimsText(
                it -> it.replaceFirst("\"" + claim + "\":4711", "\"" + claim + "\":" + number))
            .sign(),
        said);
  }

  private static Row header(String name, UnaryOperator<String> change, String said) {
    return new Row(
        name,
        ISSUER.token().headerText(change).sign(),
        said.equals(GOOD) ? GOOD : "its header part " + said);
  }

  private static Row claims(String name, UnaryOperator<String> change, String said) {
    return new Row(
        name,
        ISSUER.token().claimsText(change).sign(),
        said.startsWith("test: ") ? said : "its claims part " + said);
  }

  private static Row changed(String name, UnaryOperator<TestIssuer.Builder> change, String said) {
    return new Row(name, change.apply(ISSUER.token()).sign(), said);
  }

  /** The last character of a 256-byte signature has four bits that stand for nothing. */
  private static String lastBitSet(String token) {
    var digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    var last = digits.indexOf(token.charAt(token.length() - 1));
    return token.substring(0, token.length() - 1) + digits.charAt(last | 1);
  }

  private static Identity identity(String issuers) {
    var yaml = "issuers: { " + issuers + " }";
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    var identity = Identity.read(configuration.root());
    configuration.check();
    return identity;
  }
}
