package dev.oneport.client;

import com.google.api.client.http.HttpResponseException;
import com.google.auth.Retryable;
import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.ExternalAccountCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.IdTokenProvider;
import com.google.auth.oauth2.ImpersonatedCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Google's ID tokens for an audience, fetched with Google's library. */
public final class GoogleTokens {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

  /**
   * Servers identify callers by e-mail address, which neither kind of credentials includes by
   * default.
   */
  private static final List<IdTokenProvider.Option> OPTIONS =
      List.of(IdTokenProvider.Option.INCLUDE_EMAIL, IdTokenProvider.Option.FORMAT_FULL);

  private static final int LIFE_SECONDS = 300;
  private static final long LONGEST_KEY = 64 << 10;

  private final HttpTransportFactory transport;
  private final Clock clock;

  /**
   * A source of Google's tokens.
   *
   * @param transport makes the HTTP requests to Google
   */
  public GoogleTokens(HttpTransportFactory transport, Clock clock) {
    this.transport = transport;
    this.clock = clock;
  }

  /**
   * ID tokens for a service account whose key is in a file.
   *
   * @throws InvalidInput if the file does not contain such a key
   */
  public TokenSource serviceAccount(Path file, String audience) {
    var key = read(file);
    requireServiceAccount(file, key);
    try {
      var credentials =
          ServiceAccountCredentials.fromStream(
              new ByteArrayInputStream(key.getBytes(StandardCharsets.UTF_8)), transport);
      return tokens(credentials, audience);
    } catch (IOException | RuntimeException e) {
      throw new InvalidInput("the key in " + file + " is damaged; download it again");
    }
  }

  /**
   * ID tokens of the application default credentials: those that GOOGLE_APPLICATION_CREDENTIALS
   * names, gcloud's, or the metadata server's. Federated credentials (workload identity, AWS)
   * cannot give ID tokens; the service account that they impersonate does.
   *
   * @throws InvalidInput if no credentials are found, or they cannot give an ID token
   */
  public TokenSource applicationDefault(String audience) {
    try {
      return tokens(provider(GoogleCredentials.getApplicationDefault(transport)), audience);
    } catch (IOException e) {
      throw new InvalidInput(
          "no application default credentials were found; set GOOGLE_APPLICATION_CREDENTIALS or run"
              + " gcloud auth application-default login");
    }
  }

  IdTokenProvider provider(GoogleCredentials credentials) {
    return switch (credentials) {
      case ExternalAccountCredentials federated when federated.getServiceAccountEmail() != null ->
          ImpersonatedCredentials.create(
              federated,
              federated.getServiceAccountEmail(),
              null,
              List.of(SCOPE),
              LIFE_SECONDS,
              transport);
      case IdTokenProvider direct -> direct;
      default ->
          throw new InvalidInput(
              "these credentials cannot give an ID token; federated ones must impersonate a service account"
                  + " (service_account_impersonation_url)");
    };
  }

  TokenSource tokens(IdTokenProvider provider, String audience) {
    return new RenewedTokens(() -> fetch(provider, audience), clock);
  }

  private static BearerToken fetch(IdTokenProvider provider, String audience) {
    try {
      return BearerToken.of(provider.idTokenWithAudience(audience, OPTIONS).getTokenValue());
    } catch (IOException | RuntimeException e) {
      throw new CallFailed(failure(e));
    }
  }

  /**
   * The library's exceptions quote requests and responses; only the error's code and text are
   * passed on.
   */
  private static Failure failure(Exception e) {
    var refused = refusal(e);
    if (refused.isPresent()) {
      var status = refused.get().getStatusCode();
      return status >= 500 || status == 429
          ? Failure.of(Problem.UNAVAILABLE, "Google cannot give a token now: it answered " + status)
          : Failure.of(Problem.TOKEN_UNAVAILABLE, "Google refused: " + errorText(refused.get()));
    }
    var connection = ConnectFailures.in(e);
    return connection
        .map(found -> Failure.of(found.problem(), "while asking Google for a token"))
        .orElseGet(
            () ->
                e instanceof Retryable retryable && retryable.isRetryable()
                    ? Failure.of(Problem.UNAVAILABLE, "Google cannot give a token now")
                    : Failure.of(
                        Problem.TOKEN_UNAVAILABLE, "Google's answer does not contain a token"));
  }

  private static String errorText(HttpResponseException refused) {
    var content = Optional.ofNullable(refused.getContent()).flatMap(JsonText::object);
    return content
        .flatMap(object -> JsonText.text(object, "error"))
        .map(
            error ->
                ForeignText.line(
                    error
                        + content
                            .flatMap(object -> JsonText.text(object, "error_description"))
                            .map(" "::concat)
                            .orElse("")))
        .orElse("it answers " + refused.getStatusCode());
  }

  private static Optional<HttpResponseException> refusal(Throwable thrown) {
    @Nullable Throwable each = thrown;
    while (each != null && !(each instanceof HttpResponseException)) {
      each = each.getCause();
    }
    return Optional.ofNullable((HttpResponseException) each);
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > LONGEST_KEY) {
        throw new InvalidInput(file + " is too large for a key");
      }
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new InvalidInput("there is no file " + file);
    } catch (IOException e) {
      throw new InvalidInput(file + " cannot be read");
    }
  }

  private static void requireServiceAccount(Path file, String key) {
    var type =
        JsonText.object(key)
            .orElseThrow(
                () ->
                    new InvalidInput(
                        file
                            + " is not JSON; a service account's key is (gcloud iam"
                            + " service-accounts keys create)"));
    var found = JsonText.text(type, "type").orElse("");
    if (!found.equals("service_account")) {
      throw new InvalidInput(
          found.isEmpty()
              ? file + " is JSON, but not a service account's key: it has no type"
              : file
                  + " is of the type "
                  + ForeignText.line(found)
                  + ", not service_account; name it in GOOGLE_APPLICATION_CREDENTIALS and use the"
                  + " application default credentials");
    }
  }
}
