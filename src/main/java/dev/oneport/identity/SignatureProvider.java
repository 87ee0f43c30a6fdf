package dev.oneport.identity;

import io.helidon.common.Errors;
import io.helidon.security.AuthenticationResponse;
import io.helidon.security.EndpointConfig;
import io.helidon.security.Principal;
import io.helidon.security.ProviderRequest;
import io.helidon.security.Security;
import io.helidon.security.SecurityEnvironment;
import io.helidon.security.jwt.JwtValidator;
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
 * that cannot be set, and wants an {@code aud}. A token whose times lie outside that, or whose
 * audience stands in another claim, is checked here by the library beneath the provider; time is
 * judged after this, with the operator's skew, by {@link IssuerCheck}.
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
    return provider.isPresent() && inTime(question.token(), Instant.now())
        ? provider.get().authenticate(request)
        : alone(question);
  }

  private static boolean inTime(Token token, Instant now) {
    var begins = now.plus(SURELY_TOLERATED);
    return token.time("exp").filter(now::isBefore).isPresent()
        && token.time("nbf").filter(begins::isBefore).isEmpty()
        && token.time("iat").filter(begins::isBefore).isEmpty();
  }

  /** In all but time, and the audience, which {@link IssuerCheck} has looked for already. */
  private static AuthenticationResponse alone(Question question) {
    var signed = SignedJwt.parseToken(question.token().text());
    var jwt = signed.getJwt();
    Errors signature = signed.verifySignature(question.keys().jwks());
    Errors claims =
        JwtValidator.builder()
            .addCriticalValidator()
            .addUserPrincipalValidator()
            .build()
            .validate(jwt);
    return signature.isValid() && claims.isValid()
        ? AuthenticationResponse.success(Principal.create(jwt.subject().orElseThrow()))
        : AuthenticationResponse.failed("");
  }
}
