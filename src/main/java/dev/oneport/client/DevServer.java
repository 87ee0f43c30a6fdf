package dev.oneport.client;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A server in dev mode on this machine, which issues tokens on request. */
public final class DevServer {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int LONGEST_ANSWER = 64 << 10;
  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(1);
  private static final Duration LONGEST_LIFE = Duration.ofDays(1);
  private static final String ODD = "the answer is not a dev server's";

  private final Endpoint endpoint;
  private final Trust trust;

  public DevServer(Endpoint endpoint) {
    this(endpoint, Trust.system());
  }

  /** A server whose certificate this trust accepts. */
  public DevServer(Endpoint endpoint, Trust trust) {
    this.endpoint = endpoint;
    this.trust = trust;
  }

  /**
   * Requests a token.
   *
   * @param caller the caller that the token names
   * @param roles the roles in the token
   * @param life how long the token is valid
   * @throws CallFailed if the server does not issue it
   * @throws InvalidInput if the arguments are outside what dev servers accept
   */
  public BearerToken token(String caller, List<String> roles, Duration life)
      throws InterruptedException {
    check(caller, roles, life);
    var names = JsonText.PROVIDER.createArrayBuilder();
    roles.forEach(role -> names.add(role.strip()));
    var wanted =
        JsonText.PROVIDER
            .createObjectBuilder()
            .add("caller", caller)
            .add("roles", names)
            .add("seconds", life.toSeconds())
            .build();
    try (var client =
        HttpClient.newBuilder().sslContext(trust.context()).connectTimeout(TIMEOUT).build()) {
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
   * @param life how long each token is valid
   * @throws InvalidInput if the arguments are outside what dev servers accept
   */
  public TokenSource tokens(String caller, List<String> roles, Duration life, Clock clock) {
    check(caller, roles, life);
    return new RenewedTokens(() -> token(caller, roles, life), clock);
  }

  private static void check(String caller, List<String> roles, Duration life) {
    if (caller.isBlank()) {
      throw new InvalidInput("the caller's name must not be empty");
    }
    if (roles.stream().anyMatch(String::isBlank)) {
      throw new InvalidInput("a role's name must not be empty");
    }
    if (life.compareTo(SHORTEST_LIFE) < 0 || life.compareTo(LONGEST_LIFE) > 0) {
      throw new InvalidInput("a dev server's token lasts 1s to 24h");
    }
  }

  private static CallFailed notDev(String why) {
    return CallFailed.of(Problem.TOKEN_UNAVAILABLE, why);
  }
}
