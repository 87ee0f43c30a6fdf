package dev.oneport.gate;

import dev.oneport.gate.Credential.Bearer;
import dev.oneport.gate.Credential.Unclear;
import dev.oneport.identity.ClientCertificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A token in a cookie. A browser sends it with every request to this server, whichever page asked
 * for it, so it counts only where no other site's page can have done so.
 *
 * @param site what the browser says in {@code Sec-Fetch-Site}
 * @param origins the {@code Origin} fields of the request
 */
record CookieToken(Bearer token, List<String> site, List<String> origins) implements Credential {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  static CookieToken of(Bearer token, Function<String, List<String>> headers) {
    return new CookieToken(token, headers.apply("sec-fetch-site"), headers.apply("origin"));
  }

  @Override
  public Optional<ClientCertificate> shown() {
    return token.shown();
  }

  /**
   * The token, if it counts for a request.
   *
   * @param method the HTTP method
   * @param socket whether a WebSocket is to be opened
   * @param own the server's own origin; empty if it is not known
   */
  Credential in(String method, boolean socket, String own) {
    if (site.stream().anyMatch(it -> it.strip().equalsIgnoreCase("cross-site"))) {
      return new Unclear("its cookie came with a request of another site");
    }
    if (!origins.isEmpty() && !isOwn(own)) {
      return new Unclear("its cookie came with a request of a page of another origin");
    }
    return origins.isEmpty() && (socket || !SAFE.contains(method))
        ? new Unclear("its cookie came without an Origin, with a request that is not safe")
        : token;
  }

  private boolean isOwn(String own) {
    return origins.size() == 1
        && !own.isEmpty()
        && origins.getFirst().strip().toLowerCase(Locale.ROOT).equals(own);
  }
}
