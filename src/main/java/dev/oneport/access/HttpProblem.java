package dev.oneport.access;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.spi.JsonProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An error as HTTP says it: a status, and a body of {@code application/problem+json} (RFC 9457)
 * with the {@code reason} that is the same on every protocol.
 *
 * @param detail a short fixed text; nothing from the request, nothing from an exception
 * @param headers that go with it, beside the content type
 */
public record HttpProblem(Status status, String reason, String detail, List<Header> headers) {
  /** Json itself would look for its provider in every jar again, each time. */
  private static final JsonProvider JSON = JsonProvider.provider();

  public static final Header CONTENT_TYPE =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/problem+json");

  private static final HeaderName WWW_AUTHENTICATE = HeaderNames.create("WWW-Authenticate");

  public HttpProblem {
    headers = List.copyOf(headers);
  }

  public HttpProblem(Status status, String reason, String detail) {
    this(status, reason, detail, List.of());
  }

  public static HttpProblem of(Reason reason) {
    return of(reason, Gate.RETRY);
  }

  /**
   * The answer for a reason.
   *
   * @param retryAfter how long to wait; told in whole seconds (RFC 9110 section 10.2.3), where
   *     waiting helps
   */
  public static HttpProblem of(Reason reason, Duration retryAfter) {
    return new HttpProblem(
        Status.create(reason.http()), reason.name(), reason.text(), headers(reason, retryAfter));
  }

  /** Answers with it. */
  public void send(ServerResponse response) {
    response.status(status);
    response.header(CONTENT_TYPE);
    headers.forEach(response::header);
    response.send(json().getBytes(StandardCharsets.UTF_8));
  }

  /** The body. */
  public String json() {
    return JSON.createObjectBuilder()
        .add("title", status.reasonPhrase())
        .add("status", status.code())
        .add("detail", detail)
        .add("reason", reason)
        .build()
        .toString();
  }

  private static List<Header> headers(Reason reason, Duration retryAfter) {
    var headers = new ArrayList<Header>();
    if (reason.challenges()) {
      headers.add(HeaderValues.create(WWW_AUTHENTICATE, challenge(reason)));
    }
    if (reason.temporary()) {
      var seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
      headers.add(HeaderValues.create(HeaderNames.RETRY_AFTER, seconds));
    }
    if (reason == Reason.DRAINING) {
      headers.add(HeaderValues.CONNECTION_CLOSE);
    }
    return headers;
  }

  /** The challenge of RFC 6750 section 3: without a token no error code, else the code and why. */
  private static String challenge(Reason reason) {
    var challenge = "Bearer realm=\"oneport\"";
    return reason.bearerError().isEmpty()
        ? challenge
        : challenge
            + ", error=\""
            + reason.bearerError()
            + "\", error_description=\""
            + reason.text()
            + "\"";
  }
}
