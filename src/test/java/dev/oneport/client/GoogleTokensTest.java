package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.ExternalAccountCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import dev.oneport.testing.FakeGoogle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ID tokens through Google's library, from endpoints on this machine. */
final class GoogleTokensTest {
  private static final String AUDIENCE = "https://echo.example.com";

  @TempDir Path folder;

  private final FakeGoogle google = new FakeGoogle();
  private final GoogleTokens tokens = new GoogleTokens(google.transport(), Clock.systemUTC());

  @AfterEach
  void stop() {
    google.close();
  }

  private Path key() throws IOException {
    return Files.writeString(folder.resolve("key.json"), FakeGoogle.key(google.tokenUri()));
  }

  private static Claims claims(TokenSource source) throws InterruptedException {
    return Claims.of(source.token().orElseThrow()).orElseThrow();
  }

  @Test
  void aServiceAccountsKeyGivesTokensForTheAudience() throws Exception {
    var source = tokens.serviceAccount(key(), AUDIENCE);
    assertEquals(List.of(AUDIENCE), claims(source).audiences());
    claims(source);
    assertEquals(List.of("token"), google.asked(), "kept while it is good");
    assertTrue(source.renew(source.token().orElseThrow()) || google.asked().size() == 2);
    assertEquals(2, google.asked().size());
  }

  @Test
  void federatedCredentialsActAsTheirServiceAccount() throws Exception {
    var subject = Files.writeString(folder.resolve("subject"), "subject-token");
    var config =
        """
        {"type": "external_account", "token_url": "https://sts.googleapis.com/v1/token",
         "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
         "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
         "service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/bot@p.iam.gserviceaccount.com:generateAccessToken",
         "credential_source": {"file": "%s"}}
        """
            .formatted(subject);
    var federated =
        ExternalAccountCredentials.fromStream(
            new ByteArrayInputStream(config.getBytes(StandardCharsets.UTF_8)), google.transport());
    var source = tokens.tokens(tokens.provider(federated), AUDIENCE);
    assertEquals(List.of(AUDIENCE), claims(source).audiences());
    var payload = source.token().orElseThrow().value().split("\\.", -1)[1];
    assertTrue(
        new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8)
            .contains("\"email_verified\":true"),
        "the e-mail address, by which servers know the caller, is asked for");
    assertEquals(
        List.of(
            "token",
            "bot@p.iam.gserviceaccount.com:generateAccessToken",
            "bot@p.iam.gserviceaccount.com:generateIdToken"),
        google.asked());
  }

  @Test
  void credentialsWithoutIdTokensAreReported() {
    var plain =
        GoogleCredentials.create(new AccessToken("x", Date.from(Instant.now().plusSeconds(3600))));
    assertThrows(InvalidInput.class, () -> tokens.provider(plain));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a key that was deleted,  400, '{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT Signature.\"}', TOKEN_UNAVAILABLE, invalid_grant Invalid JWT Signature.",
    "an account that is gone, 400, '{\"error\":\"invalid_client\"}', TOKEN_UNAVAILABLE, invalid_client",
    "an error page,           403, '<html>no</html>', TOKEN_UNAVAILABLE, 403",
    "an answer without one,   200, '{}', TOKEN_UNAVAILABLE, does not contain a token",
    "an answer in HTML,       200, '<html>login</html>', TOKEN_UNAVAILABLE, does not contain a token",
    "an invalid token,        200, '{\"id_token\":\"abc\"}', TOKEN_UNAVAILABLE, does not contain a token"
  })
  void googlesErrorsBecomeOneLine(
      String name, int status, String body, Problem problem, String says) throws Exception {
    google.answers(status, _ -> body);
    var source = tokens.serviceAccount(key(), AUDIENCE);
    var failed = assertThrows(CallFailed.class, source::token, name);
    assertEquals(problem, failed.failure().problem());
    var text = failed.failure().text();
    assertTrue(text.contains(says), text);
    assertEquals(1, text.lines().count());
    assertFalse(text.contains("assertion"), text);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "not JSON         | hello                          | is not JSON",
        "no type          | {}                             | has no type",
        "a user's         | {\"type\":\"authorized_user\"} | authorized_user",
        "no private key   | {\"type\":\"service_account\"} | is damaged",
        "a broken one     | {\"type\":\"service_account\",\"client_email\":\"a@b\",\"client_id\":\"1\",\"private_key_id\":\"1\",\"private_key\":\"x\"} | is damaged"
      })
  void aFileWithoutAKeyIsRefusedInOneLine(String name, String content, String says)
      throws IOException {
    var file = Files.writeString(folder.resolve("broken.json"), content);
    var refused =
        assertThrows(InvalidInput.class, () -> tokens.serviceAccount(file, AUDIENCE), name);
    assertTrue(String.valueOf(refused.getMessage()).contains(says), refused.getMessage());
    assertEquals(1, String.valueOf(refused.getMessage()).lines().count());
  }

  @Test
  void aMissingKeyFileIsReported() {
    assertThrows(
        InvalidInput.class, () -> tokens.serviceAccount(folder.resolve("missing"), AUDIENCE));
    assertThrows(InvalidInput.class, () -> tokens.serviceAccount(folder, AUDIENCE));
  }
}
