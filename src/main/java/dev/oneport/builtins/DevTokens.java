package dev.oneport.builtins;

import dev.oneport.api.Mount;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.api.Service;
import dev.oneport.gate.HttpProblem;
import dev.oneport.identity.DevIssuer;
import dev.oneport.identity.Identity;
import dev.oneport.json.Json;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Mints tokens in dev mode, for this machine only: {@code {"caller": "alice", "roles": ["caller"],
 * "seconds": 60}}. A foreign page in the developer's browser can also reach the loopback address.
 * The server refuses its requests by their {@code Origin}, regardless of {@code server.cors}, and
 * by their {@code Host} if the page uses its own name for this address.
 */
public final class DevTokens implements Service {
  /** The static methods of {@code Json} search every jar for the provider on each call. */
  private static final JsonProvider JSON = Json.PROVIDER;

  public static final Route ROUTE = new Route(Protocol.HTTP, "POST /dev/token");

  private static final long DEFAULT_SECONDS = 3600;
  private static final long MAX_SECONDS = 24 * 3600;

  /** The names that always mean this machine, regardless of DNS. */
  private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");

  /** {@code none} means that the user caused the request. */
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  private static final Pattern JSON_TYPE = Pattern.compile("(?i)application/json *(;.*)?");

  private final DevIssuer issuer;

  public DevTokens(DevIssuer issuer) {
    this.issuer = issuer;
  }

  /** A token for this caller, valid for the given time from now. */
  public String token(String caller, Set<String> roles, Duration life) {
    return issuer.token(caller, roles, life);
  }

  public Identity identity() {
    return Identity.of(issuer);
  }

  @Override
  public void mount(Mount port) {
    port.http().post("/dev/token", this::give);
  }

  private void give(ServerRequest request, ServerResponse response) {
    if (!local(request)) {
      new HttpProblem(Status.FORBIDDEN_403, "NOT_LOCAL", "tokens are only for this machine")
          .send(response);
      return;
    }
    try (var reader = JSON.createReader(new StringReader(request.content().as(String.class)))) {
      var wanted = reader.readObject();
      var seconds = wanted.getInt("seconds", (int) DEFAULT_SECONDS);
      var caller = wanted.getString("caller").strip();
      var roles = roles(wanted);
      if (seconds < 1 || seconds > MAX_SECONDS || caller.isEmpty() || roles.contains("")) {
        refuse(response);
        return;
      }
      var token = issuer.token(caller, roles, Duration.ofSeconds(seconds));
      send(
          response,
          JSON.createObjectBuilder()
              .add("token", token)
              .add("seconds", seconds)
              .build()
              .toString());
    } catch (JsonException | NullPointerException | ClassCastException e) {
      refuse(response);
    }
  }

  private static void refuse(ServerResponse response) {
    new HttpProblem(
            Status.BAD_REQUEST_400,
            "BAD_REQUEST",
            "send {\"caller\": NAME, \"roles\": [NAME, ...], \"seconds\": 1 to "
                + MAX_SECONDS
                + "}; no name may be empty")
        .send(response);
  }

  private static boolean local(ServerRequest request) {
    var headers = request.headers();
    var hosts = headers.all(HeaderNames.HOST, List::of);
    return request.remotePeer().address() instanceof InetSocketAddress peer
        && peer.getAddress().isLoopbackAddress()
        && hosts.size() == 1
        && NAMES.contains(hosts.getFirst().replaceFirst(":\\d+$", ""))
        && ownPage(headers, hosts.getFirst())
        && headers
            .first(HeaderNames.CONTENT_TYPE)
            .filter(type -> JSON_TYPE.matcher(type).matches())
            .isPresent();
  }

  /**
   * Whether a program or a page of this server sent the request: a browser sends an origin with
   * every POST, and programs send none.
   */
  private static boolean ownPage(ServerRequestHeaders headers, String host) {
    return headers.all(HeaderNames.ORIGIN, List::of).stream()
            .allMatch(origin -> origin.equals("http://" + host) || origin.equals("https://" + host))
        && headers.all(FETCH_SITE, List::of).stream().allMatch(OWN_SITES::contains);
  }

  private static Set<String> roles(JsonObject wanted) {
    var roles = new HashSet<String>();
    if (wanted.get("roles") instanceof JsonArray names) {
      names.getValuesAs(JsonString.class).forEach(name -> roles.add(name.getString().strip()));
    }
    return roles;
  }

  private static void send(ServerResponse response, String json) {
    response.header(HeaderNames.CONTENT_TYPE, "application/json");
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.send(json.getBytes(StandardCharsets.UTF_8));
  }
}
