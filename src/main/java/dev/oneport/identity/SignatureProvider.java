package dev.oneport.identity;

import io.helidon.security.AuthenticationResponse;
import io.helidon.security.EndpointConfig;
import io.helidon.security.Principal;
import io.helidon.security.ProviderRequest;
import io.helidon.security.Security;
import io.helidon.security.SecurityEnvironment;
import io.helidon.security.jwt.SignedJwt;
import io.helidon.security.spi.AuditProvider;
import io.helidon.security.spi.AuthenticationProvider;
import java.time.Duration;
import java.time.Instant;

/**
 * Checks signatures with Helidon Security and its JWT provider. One {@code Security} serves all
 * issuers; each request brings the keys to use.
 *
 * <p>Helidon's provider also checks time, by the system's clock and with a fixed tolerance of 5
 * seconds, and requires {@code sub}, {@code aud} and {@code kid}. Tokens that it would refuse for
 * those reasons are checked here with the library that the provider uses, and tokens whose
 * algorithm the library does not know with a {@link PlatformKey}. {@link IssuerCheck} checks the
 * claims.
 */
final class SignatureProvider implements AuthenticationProvider {
  static final String TOKEN = "token";

  private static final String QUESTION = "question";
  private static final Duration SURELY_TOLERATED = Duration.ofSeconds(3);

  private record Question(Token token, SigningKey key, Keys keys, String audience) {}

  /** Whether the token was signed with this key, which is one of the keys, for this audience. */
  static boolean verify(
      Security security, Token token, SigningKey key, Keys keys, String audience) {
    var environment =
        SecurityEnvironment.builder(security.serverTime())
            .header(TOKEN, token.text())
            .addAttribute(QUESTION, new Question(token, key, keys, audience))
            .build();
    var context =
        security
            .contextBuilder("token")
            .env(environment)
            .endpointConfig(EndpointConfig.create())
            .build();
    return context.atnClientBuilder().submit().status().isSuccess();
  }

  /**
   * Helidon Security with this provider and without its audit, which would write tokens to the log
   * at the finest level.
   */
  static Security security() {
    return Security.builder()
        .addAuthenticationProvider(new SignatureProvider())
        .addAuditProvider((AuditProvider) () -> _ -> {})
        .disableTracing()
        .build();
  }

  @Override
  public AuthenticationResponse authenticate(ProviderRequest request) {
    var question = (Question) request.env().abacAttribute(QUESTION).orElseThrow();
    var provider = question.keys().provider(question.audience());
    if (provider.isEmpty()
        || !helidonFindsKey(question)
        || !isForProvider(question.token(), Instant.now())) {
      return signatureAlone(question);
    }
    try {
      return provider.get().authenticate(request);
    } catch (RuntimeException e) {
      // The provider reads claims that this server does not need, and fails if one has an unusual
      // type: email_verified as a string, a birthdate that is only a year (Helidon 4.3.0).
      return signatureAlone(question);
    }
  }

  /** Helidon finds a key only by the id in the token, and only if it knows the key's algorithm. */
  private static boolean helidonFindsKey(Question question) {
    return question.keys().platform(question.key()).isEmpty()
        && question.token().header("kid").filter(question.key().id()::equals).isPresent();
  }

  private static boolean isForProvider(Token token, Instant now) {
    var begins = now.plus(SURELY_TOLERATED);
    return token.claim("sub").isPresent()
        && token.time("exp").filter(now::isBefore).isPresent()
        && token.time("nbf").filter(begins::isBefore).isEmpty()
        && token.time("iat").filter(begins::isBefore).isEmpty();
  }

  /** {@link IssuerCheck} checks all claims. */
  private static AuthenticationResponse signatureAlone(Question question) {
    return isSigned(question)
        ? AuthenticationResponse.success(Principal.create("signed"))
        : AuthenticationResponse.failed("");
  }

  private static boolean isSigned(Question question) {
    var platform = question.keys().platform(question.key());
    if (platform.isPresent()) {
      return question.token().signedBy(platform.get());
    }
    try {
      var signed = SignedJwt.parseToken(question.token().text());
      var jwk = question.keys().jwks().forKeyId(question.key().id()).orElseThrow();
      return signed.verifySignature(question.keys().jwks(), jwk).isValid();
    } catch (RuntimeException e) {
      // The signature has the wrong length for the algorithm.
      return false;
    }
  }
}
