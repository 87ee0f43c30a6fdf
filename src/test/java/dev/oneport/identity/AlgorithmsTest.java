package dev.oneport.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.testing.TestIssuer;
import dev.oneport.time.Clocks;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each algorithm, and which key of a set a token means. */
final class AlgorithmsTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String NO_KEY = "test: the issuer has no such key";
  private static final String UNNAMED =
      "test: it does not name its key, and the issuer has several";
  private static final String OTHER_ALGORITHM = "test: its key is for another algorithm";
  private static final String NOT_SIGNED = "test: it was not signed with the issuer's key";

  private static final Map<Algorithm, String> IDS =
      Map.of(
          Algorithm.RS256, "rsa-1",
          Algorithm.RS384, "rsa-384",
          Algorithm.RS512, "rsa-512",
          Algorithm.PS256, "pss-256",
          Algorithm.PS384, "pss-384",
          Algorithm.PS512, "pss-512",
          Algorithm.ES256, "ec-256",
          Algorithm.ES384, "ec-384",
          Algorithm.ES512, "ec-512",
          Algorithm.EDDSA, "ed-1");

  private static TestIssuer.Builder token(Algorithm algorithm) {
    return ISSUER
        .token()
        .header("alg", algorithm.toString())
        .header("kid", Objects.requireNonNull(IDS.get(algorithm)));
  }

  private static String verdict(String keys, String token) {
    var configuration =
        Configuration.parse(
            "test.yaml",
            "issuers: { test: { issuer: \"%s\", jwks: '%s', audiences: [ \"%s\" ], algorithms: %s } }"
                .formatted(ISSUER.id(), keys, TestIssuer.AUDIENCE, List.of(Algorithm.values())),
            Map.of(),
            false);
    var identity = Identity.read(configuration.root());
    configuration.check();
    var tokens = new TrustedIssuers(Clocks.system()).replaceIssuers(identity).tokens();
    return switch (tokens.verify(token, Optional.empty())) {
      case Verified _ -> "good";
      case Rejected rejected -> rejected.detail();
    };
  }

  /** The issuer's keys of these ids, each changed. */
  private static String keys(UnaryOperator<JsonObject> change, String... ids) {
    var array = Json.createArrayBuilder();
    ISSUER.jwks().getJsonArray("keys").stream()
        .map(JsonValue::asJsonObject)
        .filter(key -> List.of(ids).contains(key.getString("kid")))
        .map(change)
        .forEach(array::add);
    return Json.createObjectBuilder().add("keys", array).build().toString();
  }

  private static String all() {
    return ISSUER.jwks().toString();
  }

  private static JsonObject withoutId(JsonObject key) {
    return Json.createObjectBuilder(key).remove("kid").build();
  }

  @ParameterizedTest
  @EnumSource
  void eachAlgorithmIsVerified(Algorithm algorithm) {
    assertEquals("good", verdict(all(), token(algorithm).sign()));
    assertEquals("good", verdict(all(), token(algorithm).without("sub").claim("sub", "x").sign()));
  }

  /** The first byte, so that no bit of it is padding. */
  @ParameterizedTest
  @EnumSource
  void aChangedSignatureIsRefused(Algorithm algorithm) {
    var parts = token(algorithm).sign().split("\\.", -1);
    var signature = Base64.getUrlDecoder().decode(parts[2]);
    signature[0] ^= 1;
    var encoder = Base64.getUrlEncoder().withoutPadding();
    var start = parts[0] + "." + parts[1] + ".";
    assertEquals(NOT_SIGNED, verdict(all(), start + encoder.encodeToString(signature)));
    var cut = Arrays.copyOf(signature, signature.length - 1);
    assertEquals(NOT_SIGNED, verdict(all(), start + encoder.encodeToString(cut)));
  }

  @ParameterizedTest
  @EnumSource
  void aChangedClaimIsRefused(Algorithm algorithm) {
    var one = token(algorithm).sign().split("\\.", -1);
    var other = token(algorithm).claim("email", "root@example.com").sign().split("\\.", -1);
    assertEquals(NOT_SIGNED, verdict(all(), one[0] + "." + other[1] + "." + one[2]));
  }

  @Test
  void twoKeysWithoutAnIdStopTheStart() {
    var e = assertThrows(InvalidConfiguration.class, () -> verdict(two(), "x"));
    assertTrue(e.toString().contains("each needs a kid"), e::toString);
  }

  record Row(String name, String keys, String token, String verdict) {
    @Override
    public String toString() {
      return name + " -> " + verdict;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void aTokenMeansOneKey(Row row) {
    assertEquals(row.verdict(), verdict(row.keys(), row.token()));
  }

  static Stream<Row> aTokenMeansOneKey() {
    UnaryOperator<JsonObject> same = key -> key;
    UnaryOperator<JsonObject> noId = AlgorithmsTest::withoutId;
    var rsa = token(Algorithm.RS256);
    var noKid = token(Algorithm.RS256).without("kid");
    return Stream.of(
        new Row("no id in the token, one key", keys(same, "rsa-1"), noKid.sign(), "good"),
        new Row(
            "no id in the token, one key of its algorithm",
            keys(same, "rsa-1", "ec-256"),
            noKid.sign(),
            "good"),
        new Row("no id in the key", keys(noId, "rsa-1"), rsa.sign(), "good"),
        new Row("no id in either", keys(noId, "rsa-1"), noKid.sign(), "good"),
        new Row(
            "no id in any key of a set",
            keys(noId, "rsa-1", "ec-256", "ed-1"),
            token(Algorithm.EDDSA).sign(),
            "good"),
        new Row(
            "no id in the token, two keys of its algorithm",
            pair("rsa-1", "rsa-2"),
            noKid.sign(),
            UNNAMED),
        new Row(
            "another id than the only key has",
            keys(same, "rsa-1"),
            token(Algorithm.RS256).header("kid", "rsa-9").sign(),
            NO_KEY),
        new Row(
            "the only key without an id, by another issuer's token",
            keys(noId, "rsa-1"),
            rsa.signBy(TestIssuer.other()),
            NOT_SIGNED),
        new Row(
            "the key of another algorithm",
            all(),
            token(Algorithm.PS256).header("kid", "rsa-1").sign(),
            OTHER_ALGORITHM),
        new Row(
            "an id that is a number",
            keys(same, "rsa-1"),
            token(Algorithm.RS256).header("kid", 1).sign(),
            "test: its key id is not a string"),
        new Row(
            "an empty id",
            keys(same, "rsa-1"),
            token(Algorithm.RS256).header("kid", "").sign(),
            "test: its key id is not a string"));
  }

  /** Two different keys of one algorithm, without ids. */
  private static String two() {
    return both(withoutId(ISSUER.publicJwk()), withoutId(TestIssuer.other().publicJwk()));
  }

  private static String pair(String first, String second) {
    return both(
        Json.createObjectBuilder(ISSUER.publicJwk()).add("kid", first).build(),
        Json.createObjectBuilder(TestIssuer.other().publicJwk()).add("kid", second).build());
  }

  private static String both(JsonObject one, JsonObject other) {
    return Json.createObjectBuilder()
        .add("keys", Json.createArrayBuilder().add(one).add(other))
        .build()
        .toString();
  }

  /** RFC 8037 appendix A.4. */
  @Test
  void theSignatureOfTheRfcIsGood() throws GeneralSecurityException {
    var key = new PlatformKey(ed25519("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"));
    var content = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    var signature =
        Base64.getUrlDecoder()
            .decode(
                "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    assertTrue(key.signed(content.getBytes(US_ASCII), signature));
    assertFalse(key.signed((content + "x").getBytes(US_ASCII), signature));
  }

  /** A set with a bad key keeps its good ones. */
  @Test
  void keysThatAreNotOnTheCurveAreSkipped() {
    for (var x : List.of("", "AAAA", "not base64url", "_".repeat(43), "11qYAYKxCrfVS_7TyWQHOg7")) {
      var set = both(ed25519(x), ISSUER.publicJwk());
      assertEquals("good", verdict(set, token(Algorithm.RS256).sign()), x);
      assertFalse(verdict(set, token(Algorithm.EDDSA).sign()).equals("good"), x);
    }
  }

  private static JsonObject ed25519(String x) {
    return Json.createObjectBuilder()
        .add("kty", "OKP")
        .add("crv", "Ed25519")
        .add("alg", "EdDSA")
        .add("kid", "ed-1")
        .add("x", x)
        .build();
  }
}
