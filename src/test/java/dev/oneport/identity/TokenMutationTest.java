package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.json.StrictJson;
import dev.oneport.json.StrictJson.MalformedJson;
import dev.oneport.testing.TestIssuer;
import dev.oneport.time.Clocks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Mutated tokens, and mutated JSON where the issuer's key signed it all the same. */
final class TokenMutationTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String GOOD = ISSUER.token().sign();
  private static final String AUDIENCE = "\"" + TestIssuer.AUDIENCE + "\"";

  private final VerifiedTokens tokens =
      new TrustedIssuers(Clocks.system())
          .replaceIssuers(
              Identity.read(
                  Configuration.parse(
                          "test.yaml",
                          "issuers: { test: { issuer: \"%s\", jwks: \"%s\", audiences: [ %s ], roles-claim: groups } }"
                              .formatted(ISSUER.id(), ISSUER.jwksFile(), AUDIENCE),
                          Map.of(),
                          false)
                      .root()))
          .tokens();

  /** What is done to a text: some of it is left out, doubled, replaced or put elsewhere. */
  @Provide
  Arbitrary<UnaryOperator<String>> mutation() {
    var place = Arbitraries.doubles().between(0, 1);
    var inserted =
        Arbitraries.of(
            "",
            ".",
            "=",
            "+",
            "/",
            "-",
            "_",
            "A",
            " ",
            "\n",
            "\0",
            "{",
            "}",
            "\"",
            ",",
            ":",
            "[",
            "1",
            "e",
            "\\u0000",
            "null",
            ",\"sub\":\"root\"",
            "{}",
            "\u202e",
            "é",
            "\ud83e\udd86");
    return Combinators.combine(place, place, inserted, Arbitraries.of(0, 1, 2))
        .as(
            (one, two, text, how) ->
                whole -> {
                  int from = (int) (Math.min(one, two) * whole.length());
                  int to = (int) (Math.max(one, two) * whole.length());
                  return switch (how) {
                    case 0 -> whole.substring(0, from) + text + whole.substring(from);
                    case 1 -> whole.substring(0, from) + text + whole.substring(to);
                    default -> whole.substring(0, to) + text + whole.substring(from);
                  };
                });
  }

  @Property
  void aMutatedTokenIsRefusedUnlessItIsTheGoodOne(
      @ForAll("mutation") UnaryOperator<String> mutation) {
    var mutated = mutation.apply(GOOD);
    switch (tokens.verify(mutated, Optional.empty())) {
      case Verified _ -> assertEquals(GOOD, mutated);
      case Rejected rejected -> assertTold(rejected, mutated);
    }
  }

  /** The bytes that are signed stay what they were, but for one part. */
  @Property(tries = 1000)
  void aMutatedPartIsRefused(
      @ForAll("mutation") UnaryOperator<String> mutation, @ForAll("part") int part) {
    var parts = GOOD.split("\\.", -1);
    var text = new String(Base64.getUrlDecoder().decode(parts[part]), StandardCharsets.ISO_8859_1);
    var bytes = mutation.apply(text).getBytes(StandardCharsets.UTF_8);
    var before = parts[part];
    parts[part] = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var verification = tokens.verify(String.join(".", parts), Optional.empty());
    assertTrue(parts[part].equals(before) || verification instanceof Rejected);
  }

  @Provide
  Arbitrary<Integer> part() {
    return Arbitraries.of(0, 1, 2);
  }

  /** Whatever an issuer signs, it is a token of its own caller or refused with one cause. */
  @Property(tries = 500)
  void whateverIsSignedIsReadOrRefused(
      @ForAll("mutation") UnaryOperator<String> header,
      @ForAll("mutation") UnaryOperator<String> claims,
      @ForAll boolean both) {
    var token = ISSUER.token().headerText(both ? header : it -> it).claimsText(claims).sign();
    switch (tokens.verify(token, Optional.empty())) {
      case Verified verified -> {
        assertEquals("test", verified.caller().issuer());
        assertFalse(verified.caller().name().isBlank());
      }
      case Rejected rejected -> assertTold(rejected, token);
    }
  }

  @Property
  void aKeySetIsReadOrRefused(@ForAll("mutation") UnaryOperator<String> mutation) {
    try {
      var set = KeySource.object(mutation.apply(ISSUER.jwks().toString()));
      var usable = KeyFilter.usable(set, Issuer.ALGORITHMS);
      if (!usable.keys().isEmpty()) {
        assertTrue(Keys.of(usable.keys(), Set.of(TestIssuer.AUDIENCE), null).size() > 0);
      }
    } catch (IOException | RuntimeException e) {
      // Both mean that the issuer's keys are not available, which is the issuer's to mend.
      assertTrue(e.getMessage() != null || e.getCause() == null);
    }
  }

  @Property
  void anObjectIsReadToTheLetterOrRefused(@ForAll("mutation") UnaryOperator<String> mutation) {
    var text = mutation.apply("{\"a\":1,\"b\":{\"c\":[1,2.5,\"x\",null,true]}}");
    try {
      var object = StrictJson.object(text);
      assertEquals(object, StrictJson.object(object.toString()));
    } catch (MalformedJson e) {
      assertTrue(
          List.of("is not a JSON object", "has text after its JSON object", "has a name twice")
              .contains(e.getMessage()));
    }
  }

  private static void assertTold(Rejected rejected, String token) {
    assertFalse(rejected.detail().isBlank());
    for (int i = 0; i + 16 <= token.length(); i += 16) {
      assertFalse(rejected.detail().contains(token.substring(i, i + 16)));
    }
  }
}
