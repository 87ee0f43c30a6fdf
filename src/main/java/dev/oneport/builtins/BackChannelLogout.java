package dev.oneport.builtins;

import dev.oneport.api.Mount;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.api.Service;
import dev.oneport.config.Section;
import dev.oneport.fleet.Fleet;
import dev.oneport.fleet.OneTime;
import dev.oneport.fleet.Revocation;
import dev.oneport.fleet.Selector;
import dev.oneport.fleet.Trait;
import dev.oneport.gate.Gate;
import dev.oneport.gate.Visitor;
import dev.oneport.identity.EndedSession;
import dev.oneport.identity.Identity;
import dev.oneport.json.Json;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * OpenID Connect Back-Channel Logout 1.0, at {@code POST /back-channel-logout}: an issuer reports
 * that a session ended, by a logout token in a form. The tokens of the session are revoked on all
 * servers that share revocations.
 */
public final class BackChannelLogout implements Service {
  private static final String PATH = "/back-channel-logout";

  public static final Route ROUTE = new Route(Protocol.HTTP, "POST " + PATH);

  private static final System.Logger LOG = System.getLogger("dev.oneport");
  private static final String PARAMETER = "logout_token=";
  private static final String FORM = "application/x-www-form-urlencoded";

  /** The longest form, in bytes: a token and what else an issuer may send. */
  private static final int LONGEST = 64 << 10;

  private record Served(Gate gate, Fleet fleet) {}

  private volatile @Nullable Served served;

  /** Sets the gate that bounds the verification of tokens, and what revokes sessions. */
  public void serve(Gate gate, Fleet fleet) {
    served = new Served(gate, fleet);
  }

  /**
   * Reports what cannot work together.
   *
   * @param identity the section
   * @param named whether a rule names the route itself
   * @param open whether anyone may call it
   * @param kept whether revocations are kept
   */
  public static void check(
      Section identity, Identity issuers, boolean named, boolean open, boolean kept) {
    for (var name : issuers.logoutIssuers()) {
      var key = "issuers." + name + ".logout-audiences";
      if (!kept) {
        identity.problem(key, "needs shared.revocations, where ended sessions are kept");
      }
      if (!open) {
        identity.problem(
            key,
            "needs a rule by which the issuer may send logout tokens, which are their own"
                + " credentials: { allow: [ anyone ], route: HTTP POST "
                + PATH
                + " }");
      }
    }
    if (named && issuers.logoutIssuers().isEmpty() && issuers.names().isPresent()) {
      identity.problem(
          "issuers", "must have one with logout-audiences: a rule names HTTP POST " + PATH);
    }
  }

  @Override
  public void mount(Mount port) {
    port.http().post(PATH, this::answer);
  }

  private void answer(ServerRequest request, ServerResponse response) throws IOException {
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    var here = served;
    if (here == null) {
      throw new IllegalStateException("the server has not started");
    }
    if (!isForm(request)) {
      refuse(response, "invalid_request", "the content must be " + FORM);
      return;
    }
    var token = token(request);
    if (token.isEmpty()) {
      refuse(response, "invalid_request", "the form must have one logout_token");
      return;
    }
    answer(request, response, token.get(), here);
  }

  private static void answer(
      ServerRequest request, ServerResponse response, String token, Served here) {
    var visitor = Visitor.of(request.headers(), request.remotePeer(), here.gate());
    try {
      var problem =
          visitor.logout(
              token,
              (ended, issuer, number, until) ->
                  here.fleet().revokeOnce(revocations(ended), OneTime.of(issuer, number, until)));
      if (problem.isEmpty()) {
        response.status(Status.OK_200).send();
        return;
      }
      LOG.log(System.Logger.Level.WARNING, "a logout token was refused: {0}", problem.get());
      refuse(response, "invalid_request", "the logout token is not valid here");
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "a session could not be ended: {0}", e.getMessage());
      refuse(response, "server_error", "the session could not be ended");
    }
  }

  /** Section 2.8. The detail is in the log: anyone may ask here. */
  private static void refuse(ServerResponse response, String error, String description) {
    var body =
        Json.PROVIDER
            .createObjectBuilder()
            .add("error", error)
            .add("error_description", description)
            .build()
            .toString();
    response.status(Status.BAD_REQUEST_400);
    response.header(HeaderNames.CONTENT_TYPE, "application/json");
    response.send(body.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isForm(ServerRequest request) {
    return request
        .headers()
        .contentType()
        .filter(type -> type.mediaType().text().toLowerCase(Locale.ROOT).equals(FORM))
        .isPresent();
  }

  /** The token in the form; empty if there is none, or if it is not the only one. */
  private static Optional<String> token(ServerRequest request) throws IOException {
    var bytes = request.content().inputStream().readNBytes(LONGEST + 1);
    if (bytes.length > LONGEST) {
      return Optional.empty();
    }
    var tokens =
        Arrays.stream(new String(bytes, StandardCharsets.ISO_8859_1).split("&"))
            .filter(it -> it.startsWith(PARAMETER))
            .map(it -> it.substring(PARAMETER.length()))
            .toList();
    try {
      return tokens.size() == 1
          ? Optional.of(URLDecoder.decode(tokens.getFirst(), StandardCharsets.UTF_8))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<Revocation> revocations(List<EndedSession> ended) {
    return ended.stream().map(BackChannelLogout::revocation).toList();
  }

  /** By the issuer's own clock, which is that of the tokens too. */
  private static Revocation revocation(EndedSession ended) {
    var traits = new EnumMap<Trait, String>(Trait.class);
    traits.put(Trait.ISSUER, ended.issuer());
    if (!ended.subject().isEmpty()) {
      traits.put(Trait.SUBJECT, ended.subject());
    }
    if (!ended.session().isEmpty()) {
      traits.put(Trait.SESSION, ended.session());
    }
    return new Revocation(new Selector(traits), ended.at());
  }
}
