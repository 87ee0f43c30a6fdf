package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.config.Configuration;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.testing.JwksServer;
import dev.oneport.time.Clocks;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens of an AWS Application Load Balancer: padded, with their issuer in the header. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoadBalancerTest {
  private static final String ARN =
      "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/50dc6c495c0c9188";
  private static final String KID = "12345678-1234-1234-1234-123456789012";
  private static final String HEADER = "x-amzn-oidc-data";

  private KeyPair pair = pair();
  private KeyPair stranger = pair();
  private JwksServer server =
      JwksServer.start(
          exchange -> {
            if (exchange.getRequestURI().getPath().equals("/" + KID)) {
              JwksServer.text(pem(), "").answer(exchange);
            } else {
              JwksServer.status(404).answer(exchange);
            }
          });

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "HEADER | | u-1",
        "\"signer\":\"ARN\" | \"signer\":\"ARN0\" | INVALID",
        "\"signer\":\"ARN\" | \"signer\":7 | INVALID",
        "\"client\":\"client1\" | \"client\":\"client2\" | INVALID",
        "\"exp\":LATER | \"exp\":1 | EXPIRED",
        "\"exp\":LATER | \"x\":1 | INVALID",
        "\"alg\":\"ES256\" | \"alg\":\"none\" | INVALID",
        "KID | ../KID | INVALID",
        "\"sub\":\"u-1\" | \"sub\":\"u-1\",\"iss\":\"https://idp.test\",\"aud\":\"other\" | u-1",
        "\"sub\":\"u-1\" | \"sub\":\"u-1\",\"exp\":1 | EXPIRED"
      })
  void aTokenOfItsShapeNamesItsUser(String from, String to, String said) throws Exception {
    assertEquals(said, verify(token(from, to == null ? from : to, pair), HEADER));
  }

  @Test
  void itIsOnlyTakenAsItsLoadBalancerSendsIt() throws Exception {
    var good = token("", "", pair);
    assertEquals("u-1", verify(good, HEADER));
    assertEquals("INVALID", verify(token("", "", stranger), HEADER));
    assertEquals("INVALID", verify(good, ""));
    assertEquals("INVALID", verify(good + "=", HEADER));
    assertEquals("INVALID", verify(good.replace("=.", "."), HEADER));
    assertEquals("INVALID", verify(good.substring(0, good.length() - 8) + "AAAAAA==", HEADER));
  }

  private String verify(String token, String header) {
    var yaml =
        "issuers: { x: { preset: aws-alb, issuer: \"%s\", audiences: [ client1 ], jwks: \"%s\" } }"
            .formatted(ARN, server.url("/{kid}"));
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    var tokens =
        new TrustedIssuers(Clocks.system())
            .replaceIssuers(Identity.read(configuration.root()))
            .tokens();
    configuration.check();
    return switch (tokens.verify(
        token, header.isEmpty() ? Optional.empty() : Optional.of(header))) {
      case Verified verified -> verified.caller().name();
      case Rejected rejected -> rejected.problem().name();
    };
  }

  private static String token(String from, String to, KeyPair signer) throws Exception {
    var header =
        "{\"typ\":\"JWT\",\"kid\":\"KID\",\"alg\":\"ES256\",\"iss\":\"https://idp.test\","
            + "\"client\":\"client1\",\"signer\":\"ARN\",\"exp\":LATER}";
    var claims = "{\"sub\":\"u-1\",\"email\":\"alice@example.com\"}";
    var content = base64(text(header, from, to)) + "." + base64(text(claims, from, to));
    var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(signer.getPrivate());
    signature.update(content.getBytes(StandardCharsets.US_ASCII));
    return content + "." + Base64.getUrlEncoder().encodeToString(signature.sign());
  }

  private static String text(String json, String from, String to) {
    return (from.isEmpty() ? json : json.replace(from, to))
        .replace("KID", KID)
        .replace("ARN", ARN)
        .replace("LATER", String.valueOf(Instant.now().getEpochSecond() + 120));
  }

  /** With padding: the text is filled up, so that there always is some. */
  private static String base64(String json) {
    var padded = json.length() % 3 == 0 ? json + " " : json;
    return Base64.getUrlEncoder().encodeToString(padded.getBytes(StandardCharsets.UTF_8));
  }

  private String pem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static KeyPair pair() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
