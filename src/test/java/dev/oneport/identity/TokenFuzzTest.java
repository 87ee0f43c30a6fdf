package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.testing.TestIssuer;
import dev.oneport.time.Clocks;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;

/** Whatever is sent as a token, it is refused without an exception, unless it is a token. */
final class TokenFuzzTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String GOOD = ISSUER.token().sign();

  private final VerifiedTokens tokens =
      new TrustedIssuers(Clocks.system())
          .replaceIssuers(
              Identity.read(
                  Configuration.parse(
                          "test.yaml",
                          "issuers: { test: { issuer: \"%s\", jwks: \"%s\", audiences: [ \"%s\" ] } }"
                              .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE),
                          Map.of(),
                          false)
                      .root()))
          .tokens();

  @Property
  void anyTextIsRefused(@ForAll @StringLength(max = 200) String text) {
    assertInstanceOf(Rejected.class, tokens.verify(text, Optional.empty()));
  }

  @Provide
  Arbitrary<String> json() {
    var values =
        Arbitraries.of(
            "1",
            "-1",
            "1e400",
            "-0.0",
            "1e-400",
            "99999999999999999999999999",
            "\"x\"",
            "\"\"",
            "null",
            "true",
            "{}",
            "[]",
            "[[[]]]",
            "{\"a\":{}}",
            "\"https://issuer.test\"",
            "\"https://oneport.test\"",
            "\"RS256\"",
            "\"none\"",
            "\"rsa-1\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "[\"https://oneport.test\",1]");
    var names =
        Arbitraries.of(
            "iss", "aud", "exp", "nbf", "iat", "sub", "alg", "kid", "crit", "jwk", "jku", "x5u",
            "typ", "cty", "zip", "b64", "upn", "groups", "email");
    return Combinators.combine(names, values)
        .as((name, value) -> "\"" + name + "\":" + value)
        .list()
        .ofMaxSize(8)
        .map(fields -> "{" + String.join(",", fields) + "}");
  }

  @Property
  void anyClaimsAreRefused(
      @ForAll("json") String header,
      @ForAll("json") String claims,
      @ForAll @StringLength(max = 20) String signature) {
    var token = base64(header) + "." + base64(claims) + "." + base64(signature);
    assertInstanceOf(Rejected.class, tokens.verify(token, Optional.empty()));
  }

  @Property
  void aGoodTokenWithOneCharacterChangedIsRefused(@ForAll char character, @ForAll int where) {
    var at = Math.floorMod(where, GOOD.length());
    var changed = GOOD.substring(0, at) + character + GOOD.substring(at + 1);
    var verification = tokens.verify(changed, Optional.empty());
    assertTrue(changed.equals(GOOD) || verification instanceof Rejected, changed);
  }

  /** No token can be written in two ways, and none hides a second one. */
  @Property(tries = 500)
  void aGoodTokenWithMoreBehindItIsRefused(@ForAll("more") String more) {
    var verification = tokens.verify(GOOD + more, Optional.empty());
    assertInstanceOf(Rejected.class, verification, more);
    assertInstanceOf(Rejected.class, tokens.verify(GOOD + "." + more, Optional.empty()));
    assertInstanceOf(Verified.class, tokens.verify(GOOD, Optional.empty()));
  }

  @Provide
  Arbitrary<String> more() {
    var any = Arbitraries.strings().ofMinLength(1).ofMaxLength(20);
    return Arbitraries.oneOf(
        any,
        Arbitraries.of("=", "==", "===", " ", "\t", "\n", "\0", "+", "/", "~", ",", ", " + GOOD));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
