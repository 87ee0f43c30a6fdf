package dev.oneport.client;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A server in dev mode on this machine, which gives a token to whoever asks for one. */
public final class DevServer {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int LONGEST_ANSWER = 64 << 10;
  private static final String ODD = "it does not answer as a dev server does";

  private final Endpoint endpoint;

  public DevServer(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * Asks for a token.
   *
   * @param caller whom it names
   * @param roles the roles that it brings
   * @param life how long it is good
   * @throws CallFailed if the server gives none
   */
  public BearerToken token(String caller, List<String> roles, Duration life)
      throws InterruptedException {
    var names = JsonText.PROVIDER.createArrayBuilder();
    roles.forEach(names::add);
    var wanted =
        JsonText.PROVIDER
            .createObjectBuilder()
            .add("caller", caller)
            .add("roles", names)
            .add("seconds", life.toSeconds())
            .build();
    try (var client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      var request =
          HttpRequest.newBuilder(endpoint.http("/dev/token"))
              .version(HttpClient.Version.HTTP_1_1)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(wanted.toString()));
      var answer = new HttpExchange(client, TIMEOUT, LONGEST_ANSWER).send(request);
      if (answer.statusCode() != 200) {
        throw notDev("it answered " + answer.statusCode() + "; does it run with --dev?");
      }
      return JsonText.object(answer.body())
          .flatMap(object -> JsonText.text(object, "token"))
          .map(BearerToken::of)
          .orElseThrow(() -> notDev(ODD));
    } catch (InvalidInput e) {
      throw notDev(ODD);
    }
  }

  /**
   * Tokens for one caller, renewed in time.
   *
   * @param life how long each is good
   */
  public TokenSource tokens(String caller, List<String> roles, Duration life, Clock clock) {
    return new RenewedTokens(() -> token(caller, roles, life), clock);
  }

  private static CallFailed notDev(String why) {
    return CallFailed.of(Problem.TOKEN_UNAVAILABLE, why);
  }
}
