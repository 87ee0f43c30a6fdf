package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.gate.Decision.Allowed;
import dev.oneport.gate.Decision.Denied;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.Code;
import dev.oneport.trace.Trace;
import dev.oneport.transport.ClientWatch;
import dev.oneport.transport.OutOfRequestMemory;
import dev.oneport.transport.RequestMemory;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpException;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Guards one HTTP handler: asks the {@link Gate}, and answers a denied call with an HTTP problem.
 */
public final class HttpGuard implements Handler {
  /** Methods whose requests have no body to count. */
  private static final Set<Method> BODILESS = Set.of(Method.GET, Method.HEAD, Method.OPTIONS);

  private static final HeaderName TRACEPARENT = HeaderNames.create(Trace.TRACEPARENT_NAME);
  private static final HeaderName CLOUD_TRACE = HeaderNames.create(Trace.CLOUD_NAME);

  /** RFC 9110 section 15.5.16. */
  private static final HttpProblem ENCODED =
      new HttpProblem(
          Status.UNSUPPORTED_MEDIA_TYPE_415,
          "UNSUPPORTED_MEDIA_TYPE",
          "the content must not be encoded",
          List.of(HeaderValues.create(HeaderNames.ACCEPT_ENCODING, "identity")));

  /** The status, as in nginx, of a request whose client disconnected before the response. */
  private static final Status CLIENT_GONE = Status.create(499, "Client Closed Request");

  private final Entrance entrance;
  private final RequestMemory memory;
  private final Handler handler;

  /** The request's path if it is forwarded; empty if a service answers. */
  private final String path;

  private final Function<ServerRequest, Map<String, String>> parameters;

  public HttpGuard(Entrance entrance, RequestMemory memory, Handler handler) {
    this(entrance, memory, handler, "", request -> PathVariables.of(request.path()));
  }

  private HttpGuard(
      Entrance entrance,
      RequestMemory memory,
      Handler handler,
      String path,
      Function<ServerRequest, Map<String, String>> parameters) {
    this.entrance = entrance;
    this.memory = memory;
    this.handler = handler;
    this.path = path;
    this.parameters = parameters;
  }

  /**
   * Guards a forwarded request, whose content is passed on unchanged and not held in memory.
   *
   * @param path the path for the audit, without a query
   * @param parameters the values of the path's variables
   */
  public static HttpGuard forwarding(
      Entrance entrance,
      RequestMemory memory,
      Handler handler,
      String path,
      Supplier<Map<String, String>> parameters) {
    return new HttpGuard(entrance, memory, handler, path, _ -> parameters.get());
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws Exception {
    var gate = entrance.gate();
    var headers = request.headers();
    var peer = request.remotePeer().address();
    var arrival = gate.perimeter().arrival(peer, headers).at(() -> parameters.apply(request));
    var watch = entrance.watch(request(request.prologue(), headers, arrival).at(path), arrival);
    switch (gate.admit(
        watch,
        credential(watch.route(), headers, gate, List.of(), Peer.of(request.remotePeer())),
        peer)) {
      case Allowed(var admission) -> {
        try (admission) {
          handle(request, response, admission, watch);
        } finally {
          ClientWatch.handled();
        }
      }
      case Denied denied -> HttpProblem.of(denied.reason(), denied.retryAfter()).send(response);
    }
  }

  /**
   * Records a request for a route that its connection refused.
   *
   * @param path for the audit, if it would have been forwarded; else empty
   */
  public static void refused(
      Entrance entrance,
      String path,
      HttpPrologue prologue,
      Headers headers,
      SocketAddress peer,
      RequestException answer) {
    var arrival = entrance.gate().perimeter().arrival(peer, headers);
    entrance.watch(request(prologue, headers, arrival).at(path), arrival).refused(answer);
  }

  private void handle(
      ServerRequest request, ServerResponse response, Admission admission, CallWatch watch)
      throws Exception {
    var leased =
        new LeasedResponse(response, admission, request.prologue().method().equals(Method.HEAD));
    var forwards = !path.isEmpty();
    var held = memory.share();
    if (!BODILESS.contains(request.prologue().method())) {
      if (forwards) {
        request.streamFilter(watch::counted);
      } else {
        long announced = request.headers().contentLength().orElse(0);
        request.streamFilter(body -> watch.counted(body, held, announced));
      }
    }
    if (admission.meter().countsBytes()) {
      request.streamFilter(new BytePace(admission)::slowed);
    }
    var status = Status.INTERNAL_SERVER_ERROR_500;
    var refused = Optional.<Reason>empty();
    var detail = "";
    try (held;
        leased) {
      if (!forwards && encoded(request.headers())) {
        ENCODED.send(leased);
      } else {
        admission.scope().call(() -> handle(handler, request, leased));
      }
      leased.check();
      leased.finish();
      status = response.status();
    } catch (OutOfRequestMemory e) {
      status = e.status();
      refused = Optional.of(Reason.LIMIT_EXCEEDED);
      throw e;
    } catch (FailedCall e) {
      leased.check();
      refused = Optional.of(e.reason());
      detail = String.valueOf(e.getMessage());
      status = Status.create(e.reason().http());
      answer(e, response, leased);
    } catch (HttpException e) {
      status = e.status();
      leased.check();
      throw e;
    } catch (RequestException e) {
      // The rest of the body cannot be read.
      status = e.status();
      leased.check();
      throw e;
    } catch (Exception e) {
      leased.check();
      if (leased.client().disconnected(e)) {
        throw new CloseConnectionException("the client has gone", e);
      }
      var told = entrance.mapped(e);
      if (told.isEmpty()) {
        throw e;
      }
      var failure = new MappedFailure(told.get(), e);
      status = failure.problem().status();
      throw failure;
    } finally {
      watch.out(1, leased.sent());
      admission.close(outcome(refused.or(leased::reason), detail, seen(response, leased, status)));
    }
  }

  /** The server decodes no content coding, and a handler must not read encoded content as plain. */
  private static boolean encoded(Headers headers) {
    return headers.contains(HeaderNames.CONTENT_ENCODING)
        && headers.get(HeaderNames.CONTENT_ENCODING).allValues().stream()
            .anyMatch(coding -> !coding.equalsIgnoreCase("identity"));
  }

  /** The status that the client got, or 499 if it disconnected. */
  private static Status seen(ServerResponse response, LeasedResponse leased, Status unsent) {
    if (ClientWatch.isTimedOut()) {
      return Status.REQUEST_TIMEOUT_408;
    }
    if (leased.client().disconnected()) {
      return CLIENT_GONE;
    }
    if (response.isSent()) {
      return response.status();
    }
    return ClientWatch.isGone() ? CLIENT_GONE : unsent;
  }

  /** Sends the failure, or cuts off a response that has begun. */
  private static void answer(FailedCall failure, ServerResponse response, LeasedResponse leased) {
    if (leased.hasBegun()) {
      throw new CloseConnectionException("the response was cut off: " + failure.reason());
    }
    if (!response.isSent()) {
      HttpProblem.of(failure).send(response);
    }
  }

  private static Outcome outcome(Optional<Reason> ended, String detail, Status status) {
    return ended
        .map(reason -> Outcome.of(reason, detail, status.codeText()))
        .orElseGet(() -> Outcome.of(status.codeText(), Code.ofHttp(status.code())));
  }

  /** Describes an HTTP request or a WebSocket upgrade for its record. */
  static Request request(HttpPrologue prologue, Headers headers, Arrival arrival) {
    return new Request(
        prologue.method().text(),
        arrival.client().text(),
        first(headers, HeaderNames.USER_AGENT),
        prologue.rawProtocol(),
        trace(headers));
  }

  /** The trace in the headers of an HTTP request or a WebSocket upgrade. */
  static Optional<Trace> trace(Headers headers) {
    return headers.contains(TRACEPARENT) || headers.contains(CLOUD_TRACE)
        ? Trace.of(name -> headers.all(HeaderNames.create(name), List::of))
        : Optional.empty();
  }

  private static String first(Headers headers, HeaderName name) {
    return headers.contains(name) ? headers.get(name).get() : "";
  }

  /**
   * The credential that decides an HTTP request or a WebSocket upgrade.
   *
   * @param route what it is for; null if that is not known
   */
  static Credential credential(
      @Nullable Route route, Headers headers, Gate gate, List<String> others, Peer peer) {
    return gate.credential(route, name -> headers.all(header(name), List::of), others, peer);
  }

  private static HeaderName header(String name) {
    return name.equals(Credential.AUTHORIZATION)
        ? HeaderNames.AUTHORIZATION
        : HeaderNames.create(name);
  }

  private static Void handle(Handler handler, ServerRequest request, ServerResponse response)
      throws Exception {
    handler.handle(request, response);
    return null;
  }
}
