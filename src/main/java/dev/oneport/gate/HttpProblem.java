package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.json.Json;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.spi.JsonProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An error in HTTP's terms: a status, and a body of {@code application/problem+json} (RFC 9457)
 * with a {@code reason}, which is the same on every protocol.
 *
 * @param detail a short fixed text; nothing from the request, nothing from an exception
 * @param headers further headers, besides the content type
 */
public record HttpProblem(Status status, String reason, String detail, List<Header> headers) {
  /** The static methods of {@code Json} search every jar for the provider on each call. */
  private static final JsonProvider JSON = Json.PROVIDER;

  public static final Header CONTENT_TYPE =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/problem+json");

  private static final Header NOT_STORED =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

  /**
   * Headers that describe the body of a handler that then failed; they do not apply to the problem.
   */
  private static final List<HeaderName> OF_THE_BODY =
      List.of(
          HeaderNames.CONTENT_DISPOSITION,
          HeaderNames.CONTENT_ENCODING,
          HeaderNames.CONTENT_LANGUAGE,
          HeaderNames.CONTENT_LENGTH,
          HeaderNames.CONTENT_LOCATION,
          HeaderNames.CONTENT_RANGE,
          HeaderNames.ETAG,
          HeaderNames.EXPIRES,
          HeaderNames.LAST_MODIFIED,
          HeaderNames.TRAILER,
          HeaderNames.TRANSFER_ENCODING);

  /** Headers of an exception that would contradict the problem's body. */
  private static final Set<HeaderName> NOT_WITH =
      Set.of(
          HeaderNames.CONTENT_ENCODING,
          HeaderNames.CONTENT_LENGTH,
          HeaderNames.CONTENT_TYPE,
          HeaderNames.TRAILER,
          HeaderNames.TRANSFER_ENCODING);

  private static final String CHALLENGE = "Bearer realm=\"oneport\"";
  private static final HeaderName WWW_AUTHENTICATE = HeaderNames.create("WWW-Authenticate");

  public HttpProblem {
    var all = new ArrayList<>(headers);
    if (all.stream().noneMatch(header -> header.headerName().equals(HeaderNames.CACHE_CONTROL))) {
      all.add(NOT_STORED);
    }
    headers = List.copyOf(all);
  }

  public HttpProblem(Status status, String reason, String detail) {
    this(status, reason, detail, List.of());
  }

  public static HttpProblem of(Reason reason) {
    return of(reason, Gate.RETRY);
  }

  /**
   * The problem for a reason.
   *
   * @param retryAfter how long to wait, sent in whole seconds (RFC 9110 section 10.2.3) if waiting
   *     helps
   */
  public static HttpProblem of(Reason reason, Duration retryAfter) {
    return new HttpProblem(
        Status.create(reason.http()), reason.name(), reason.text(), headers(reason, retryAfter));
  }

  /** The problem for a failed call. */
  static HttpProblem of(FailedCall failure) {
    var problem = of(failure.reason());
    if (failure.retryAfter().isEmpty() || failure.reason().temporary()) {
      return problem;
    }
    var headers = new ArrayList<>(problem.headers);
    headers.add(retryAfter(failure.retryAfter().get()));
    return new HttpProblem(problem.status, problem.reason, problem.detail, headers);
  }

  /**
   * The problem for a given status: its reason comes from the error table if the status is listed
   * there, otherwise from the reason phrase.
   */
  public static HttpProblem of(Status status) {
    return switch (status.code()) {
      case 400 -> of(Reason.BAD_REQUEST);
      case 413 -> of(Reason.MESSAGE_TOO_LARGE);
      case 429 -> of(Reason.LIMIT_EXCEEDED);
      case 500 -> of(Reason.INTERNAL);
      default -> of(status, inCapitals(title(status)), null, Optional.empty());
    };
  }

  /**
   * The problem for a service's own error.
   *
   * @param detail the service's text; if empty, the reason phrase of the status
   * @param retryAfter how long to wait; zero if unknown
   */
  static HttpProblem of(
      Status status, String reason, @Nullable String detail, Optional<Duration> retryAfter) {
    var headers = new ArrayList<Header>();
    if (status.code() == 401) {
      // RFC 9110 section 15.5.2 requires a challenge with every 401.
      headers.add(HeaderValues.create(WWW_AUTHENTICATE, CHALLENGE));
    }
    retryAfter.map(HttpProblem::retryAfter).ifPresent(headers::add);
    return new HttpProblem(
        status, reason, Objects.requireNonNullElseGet(detail, () -> title(status)), headers);
  }

  private static String title(Status status) {
    return status.reasonPhrase().isEmpty() ? "Status " + status.code() : status.reasonPhrase();
  }

  private static String inCapitals(String title) {
    return title.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
  }

  /** Adds headers, which replace those with the same names. */
  public HttpProblem with(Headers others) {
    var all = new ArrayList<Header>();
    others.forEach(
        header -> {
          if (!NOT_WITH.contains(header.headerName())) {
            all.add(header);
          }
        });
    headers.stream().filter(header -> !others.contains(header.headerName())).forEach(all::add);
    return new HttpProblem(status, reason, detail, all);
  }

  /** Sends the problem, and discards conflicting headers set before. */
  public void send(ServerResponse response) {
    response.status(status);
    OF_THE_BODY.forEach(response.headers()::remove);
    response.header(CONTENT_TYPE);
    headers.forEach(response::header);
    response.send(json().getBytes(StandardCharsets.UTF_8));
  }

  /** Adds the problem's headers to a response. */
  public void addTo(WritableHeaders<?> response) {
    NOT_WITH.forEach(response::remove);
    response.set(CONTENT_TYPE);
    headers.forEach(response::set);
  }

  /** The problem's body. */
  public String json() {
    return JSON.createObjectBuilder()
        .add("title", title(status))
        .add("status", status.code())
        .add("detail", detail)
        .add("reason", reason)
        .build()
        .toString();
  }

  private static List<Header> headers(Reason reason, Duration retryAfter) {
    var headers = new ArrayList<Header>();
    if (challenges(reason)) {
      headers.add(HeaderValues.create(WWW_AUTHENTICATE, challenge(reason)));
    }
    if (reason.temporary()) {
      headers.add(retryAfter(retryAfter));
    }
    if (reason == Reason.DRAINING) {
      headers.add(HeaderValues.CONNECTION_CLOSE);
    }
    return headers;
  }

  private static Header retryAfter(Duration delay) {
    var seconds = Math.max(1, delay.plusMillis(999).toSeconds());
    return HeaderValues.create(HeaderNames.RETRY_AFTER, seconds);
  }

  /** Whether the response challenges the client for a token. */
  private static boolean challenges(Reason reason) {
    return reason.http() == 401 || reason.http() == 403;
  }

  /** The {@code error} of a challenge; empty where RFC 6750 has none. */
  private static String bearerError(Reason reason) {
    return switch (reason.http()) {
      case 401 -> reason == Reason.CREDENTIALS_MISSING ? "" : "invalid_token";
      case 403 -> "insufficient_scope";
      default -> "";
    };
  }

  /** The challenge of RFC 6750 section 3: without an error code if no token was sent. */
  private static String challenge(Reason reason) {
    var error = bearerError(reason);
    return error.isEmpty()
        ? CHALLENGE
        : CHALLENGE + ", error=\"" + error + "\", error_description=\"" + reason.text() + "\"";
  }
}
