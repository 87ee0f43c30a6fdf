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
 * Says whether a token was signed with the issuer's keys, by asking Helidon Security with its JWT
 * provider. One Security serves all issuers: the keys to use come along with each question.
 *
 * <p>Helidon's provider judges time too, by the system's clock and with a tolerance of 5 seconds
 * that cannot be set, and wants a {@code sub} and an {@code aud}. A token whose times lie outside
 * that, or which lacks one of these, is checked here by the library beneath the provider. What a
 * token must hold beside its signature is judged by {@link IssuerCheck}.
 */
final class SignatureProvider implements AuthenticationProvider {
  static final String TOKEN = "token";

  private static final String QUESTION = "question";
  private static final Duration SURELY_TOLERATED = Duration.ofSeconds(3);

  private record Question(Token token, Keys keys, String audience) {}

  /** Whether the token was signed with one of the keys, for this audience. */
  static boolean verify(Security security, Token token, Keys keys, String audience) {
    var environment =
        SecurityEnvironment.builder(security.serverTime())
            .header(TOKEN, token.text())
            .addAttribute(QUESTION, new Question(token, keys, audience))
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
   * Helidon Security with this provider, silent: its own audit would write tokens to the log at the
   * finest level.
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
    if (provider.isEmpty() || !isForProvider(question.token(), Instant.now())) {
      return signatureAlone(question);
    }
    try {
      return provider.get().authenticate(request);
    } catch (RuntimeException e) {
      // It reads claims that nobody here asks for, and fails where one has a type of its own:
      // email_verified that is a text, a birthdate that is only a year (Helidon 4.3.0).
      return signatureAlone(question);
    }
  }

  private static boolean isForProvider(Token token, Instant now) {
    var begins = now.plus(SURELY_TOLERATED);
    return token.claim("sub").isPresent()
        && token.time("exp").filter(now::isBefore).isPresent()
        && token.time("nbf").filter(begins::isBefore).isEmpty()
        && token.time("iat").filter(begins::isBefore).isEmpty();
  }

  /** All claims are checked by {@link IssuerCheck}, so nothing else is left to ask. */
  private static AuthenticationResponse signatureAlone(Question question) {
    try {
      var signed = SignedJwt.parseToken(question.token().text());
      return signed.verifySignature(question.keys().jwks()).isValid()
          ? AuthenticationResponse.success(Principal.create("signed"))
          : AuthenticationResponse.failed("");
    } catch (RuntimeException e) {
      // A signature of a length that the algorithm does not have.
      return AuthenticationResponse.failed("");
    }
  }
}
