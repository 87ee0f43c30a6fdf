package dev.oneport.transport.connect;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which pages of other origins may read answers (the Fetch standard's CORS protocol). Never with
 * the browser's credentials: a page must send the token itself.
 *
 * @param origins such as {@code https://app.example.com}; {@code *} for all; an empty set allows
 *     none
 * @param maxAge how long a browser may cache the answer to a preflight
 */
public record Cors(Set<String> origins, Duration maxAge) {
  private static final String ALL = "*";
  private static final Pattern ORIGIN = Pattern.compile("https?://[a-z0-9.\\-\\[\\]:]+");
  private static final Pattern HEADERS = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~, \\-]{1,2000}");

  private static final HeaderName ORIGIN_NAME = HeaderNames.ORIGIN;
  private static final HeaderName WANTED_METHOD =
      HeaderNames.create("Access-Control-Request-Method");
  private static final HeaderName WANTED_HEADERS =
      HeaderNames.create("Access-Control-Request-Headers");
  private static final HeaderName ALLOW_ORIGIN = HeaderNames.create("Access-Control-Allow-Origin");
  private static final HeaderName ALLOW_METHODS =
      HeaderNames.create("Access-Control-Allow-Methods");
  private static final HeaderName ALLOW_HEADERS =
      HeaderNames.create("Access-Control-Allow-Headers");
  private static final HeaderName EXPOSE_HEADERS =
      HeaderNames.create("Access-Control-Expose-Headers");
  private static final HeaderName MAX_AGE = HeaderNames.create("Access-Control-Max-Age");

  /**
   * The headers that a client needs to understand an error, which browsers would hide otherwise.
   */
  private static final String EXPOSED =
      "grpc-status, grpc-message, grpc-status-details-bin, www-authenticate, retry-after";

  public Cors {
    origins = Set.copyOf(origins);
  }

  /**
   * Whether a browser can send this origin: a scheme and a host in lower case, and a port unless it
   * is the scheme's default.
   */
  public static boolean isOrigin(String text) {
    return text.equals(ALL)
        || (ORIGIN.matcher(text).matches() && !text.matches("https://.*:443|http://.*:80"));
  }

  /** Whether any page may read anything. */
  public boolean on() {
    return !origins.isEmpty();
  }

  /** Adds to every answer whether the requesting page may read it. */
  public Filter filter() {
    return (chain, request, response) -> {
      response.beforeSend(() -> mark(request, response.headers()));
      chain.proceed();
    };
  }

  /**
   * Answers a preflight; false if the request is not one, or its page is not allowed.
   *
   * @param methods the methods of the path, regardless of the caller
   */
  public boolean preflight(
      ServerRequest request, ServerResponse response, Collection<String> methods) {
    var headers = request.headers();
    if (!request.prologue().method().equals(Method.OPTIONS)
        || !headers.contains(WANTED_METHOD)
        || allowed(request).isEmpty()) {
      return false;
    }
    response.header(ALLOW_METHODS, String.join(", ", methods));
    headers
        .first(WANTED_HEADERS)
        .filter(wanted -> HEADERS.matcher(wanted).matches())
        .ifPresent(wanted -> response.header(ALLOW_HEADERS, wanted));
    response.header(MAX_AGE, String.valueOf(maxAge.toSeconds()));
    response.status(Status.NO_CONTENT_204).send();
    return true;
  }

  private void mark(ServerRequest request, ServerResponseHeaders headers) {
    if (!origins.contains(ALL)) {
      vary(headers);
    }
    allowed(request)
        .ifPresent(
            origin -> {
              headers.set(HeaderValues.create(ALLOW_ORIGIN, origin));
              headers.set(HeaderValues.create(EXPOSE_HEADERS, EXPOSED));
            });
  }

  /**
   * The origin to answer with; empty if the page is not allowed, or the request comes from no page.
   */
  private Optional<String> allowed(ServerRequest request) {
    var sent = request.headers().all(ORIGIN_NAME, List::of);
    if (sent.size() != 1) {
      return Optional.empty();
    }
    if (origins.contains(ALL)) {
      return Optional.of(ALL);
    }
    return origins.contains(sent.getFirst()) ? Optional.of(sent.getFirst()) : Optional.empty();
  }

  private static void vary(ServerResponseHeaders headers) {
    var said = headers.all(HeaderNames.VARY, List::of);
    if (said.stream().noneMatch(it -> it.toLowerCase(Locale.ROOT).contains("origin"))) {
      headers.add(HeaderValues.create(HeaderNames.VARY, "Origin"));
    }
  }
}
