package dev.oneport.gateway;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.gate.FailedCall;
import dev.oneport.gate.HttpProblem;
import dev.oneport.proxies.Proxies;
import dev.oneport.transport.ClientWatch;
import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.ServedExchange;
import dev.oneport.transport.http1.client.OriginHead;
import dev.oneport.transport.http1.client.OriginRequest;
import dev.oneport.transport.http1.client.OriginTimeout;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Forwards HTTP requests to one upstream, and streams the responses back. */
final class HttpForwarder {
  /** Its response shows the request, so that names no caller (RFC 9110 section 9.3.8). */
  private static final String TRACE = "TRACE";

  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", TRACE);

  /**
   * Methods whose requests without content have {@code Content-Length: 0} (RFC 9110 section 8.6).
   */
  private static final Set<String> WITH_LENGTH = Set.of("POST", "PUT", "PATCH");

  /** Content up to this size is read before a connection is acquired. */
  private static final int SMALL = 16 << 10;

  private static final byte[] NOTHING = {};

  private final Upstream upstream;
  private final UpstreamPool pool;
  private final ForwardedIdentity identity;
  private final Proxies proxies;

  HttpForwarder(Upstream upstream, UpstreamPool pool, ForwardedIdentity identity, Proxies proxies) {
    this.upstream = upstream;
    this.pool = pool;
    this.identity = identity;
    this.proxies = proxies;
  }

  /** A request in flight: its head, and the client's content. */
  private static final class Outgoing {
    private final OriginRequest head;
    private final byte[] beginning;
    private final @Nullable Supplier<InputStream> rest;
    private final boolean waitsForContinue;
    private final Supplier<List<HeaderLine>> trailers;

    Outgoing(
        OriginRequest head,
        byte[] beginning,
        @Nullable Supplier<InputStream> rest,
        boolean waitsForContinue,
        Supplier<List<HeaderLine>> trailers) {
      this.head = head;
      this.beginning = beginning;
      this.rest = rest;
      this.waitsForContinue = waitsForContinue;
      this.trailers = trailers;
    }

    boolean repeatable() {
      return rest == null && beginning.length == 0 && IDEMPOTENT.contains(head.method());
    }
  }

  /** Forwards one request. */
  void forward(
      ServerRequest request,
      ServerResponse response,
      ForwardedRoute forwarded,
      CanonicalPath path) {
    pool.budget().call();
    try {
      var outgoing = outgoing(request, forwarded, path);
      if (!attempt(outgoing, response, false)) {
        boolean _ = attempt(outgoing, response, true);
      }
    } catch (OriginTimeout e) {
      throw failed(Reason.UPSTREAM_TIMEOUT, e);
    } catch (IOException e) {
      throw failed(Reason.UPSTREAM_UNAVAILABLE, e);
    } catch (InterruptedException e) {
      throw new CloseConnectionException("the client has gone", e);
    }
  }

  /**
   * Sends the request once.
   *
   * @param again whether an earlier attempt failed before a response arrived
   * @return false if no response arrived and the request may be sent again
   */
  private boolean attempt(Outgoing outgoing, ServerResponse response, boolean again)
      throws IOException, InterruptedException {
    var lent = pool.take(again);
    BodyPump pump = null;
    try {
      var connection = lent.connection();
      var out = connection.send(outgoing.head, outgoing.beginning);
      if (outgoing.rest != null) {
        pump =
            BodyPump.start(
                outgoing.rest, out, outgoing.trailers, connection, outgoing.waitsForContinue);
      }
      var head = outgoing.head.method().equals("HEAD");
      var received = connection.receive(head, interim(pump));
      // A client that has the response may send the next request on the same connection.
      Runnable complete = pump == null ? () -> pool.giveBack(lent) : () -> {};
      new ResponseRelay(received, head, complete).to(response);
      return true;
    } catch (OriginTimeout e) {
      throw answered(e, Reason.UPSTREAM_TIMEOUT, response, lent, pump);
    } catch (IOException e) {
      if (!again
          && lent.reused()
          && outgoing.repeatable()
          && !lent.connection().answered()
          && pool.budget().tryRetry()) {
        return false;
      }
      throw answered(e, Reason.UPSTREAM_UNAVAILABLE, response, lent, pump);
    } finally {
      finish(lent, pump);
    }
  }

  /** A client's 100 comes when its content is read; other interim responses pass. */
  private static Consumer<OriginHead> interim(@Nullable BodyPump pump) {
    var exchange = ServedExchange.current();
    return head -> {
      if (head.status() != Status.CONTINUE_100.code()) {
        exchange.interim(head.status(), ResponseRelay.passed(head));
      } else if (pump != null) {
        pump.wanted();
      }
    };
  }

  /** Sends the failure before waiting for the rest of the client's content. */
  private FailedCall answered(
      IOException failure,
      Reason reason,
      ServerResponse response,
      Lent lent,
      @Nullable BodyPump pump) {
    lent.connection().close();
    if (ClientWatch.isGone() || Thread.currentThread().isInterrupted()) {
      throw new CloseConnectionException("the client has gone", failure);
    }
    if (pump != null && pump.clientFailure() instanceof RuntimeException thrown) {
      throw thrown;
    }
    if (pump != null && !response.isSent()) {
      trySend(response, reason);
    }
    return failed(reason, failure);
  }

  /** Sends the problem; the guard cuts off a response that has begun. */
  private static void trySend(ServerResponse response, Reason reason) {
    try {
      HttpProblem.of(reason).send(response);
    } catch (IllegalStateException _) {
      // Part of the response was sent.
    }
  }

  /** A client may still send long after the response; the upstream need not wait for that. */
  private void finish(Lent lent, @Nullable BodyPump pump) throws InterruptedException {
    try {
      if (pump != null && !pump.drop()) {
        lent.connection().close();
      }
    } finally {
      pool.giveBack(lent);
    }
    if (pump != null) {
      pump.finish();
    }
  }

  private FailedCall failed(Reason reason, IOException failure) {
    return UpstreamFailure.of(upstream, reason, failure);
  }

  private Outgoing outgoing(ServerRequest request, ForwardedRoute forwarded, CanonicalPath path)
      throws IOException {
    var forward = forwarded.forward();
    var headers = request.headers();
    var method = request.prologue().method().text();
    var awaits = headers.contains(HeaderNames.EXPECT);
    var client = requester(request);
    var address = upstream.addresses().getFirst();
    var host =
        upstream.keepHost()
            ? request.authority()
            : address.authority(upstream.scheme().defaultPort());
    var version = request.prologue().protocolVersion();
    var fields = new ForwardedFields(headers, identity, client, host, version);
    if (!method.equals(TRACE)) {
      identity.headers(Caller.current(), forwarded.route()).forEach(fields::add);
    }
    if (headers.containsToken(HeaderValues.TE_TRAILERS)) {
      fields.add("TE", "trailers").add("Connection", "TE");
    }
    if (!request.content().hasEntity()) {
      var length = WITH_LENGTH.contains(method) ? 0 : OriginRequest.NONE;
      return new Outgoing(
          new OriginRequest(method, target(request, forward, path), fields.lines(), length),
          NOTHING,
          null,
          false,
          List::of);
    }
    if (awaits) {
      fields.add("Expect", "100-continue");
    }
    headers.all(HeaderNames.TRAILER, List::of).forEach(value -> fields.add("Trailer", value));
    long length = lengthOf(headers);
    var head = new OriginRequest(method, target(request, forward, path), fields.lines(), length);
    if (length >= 0 && length <= SMALL && !awaits) {
      var all = request.content().inputStream().readNBytes(SMALL);
      return new Outgoing(head, all, null, false, List::of);
    }
    var exchange = ServedExchange.current();
    // Helidon 4.5.0 asks an HTTP/1.1 client for its content as soon as there is a stream for it.
    Supplier<InputStream> content = () -> request.content().inputStream();
    return new Outgoing(
        head,
        NOTHING,
        content,
        awaits,
        () -> Trailers.ofRequest(exchange.requestTrailers(), identity));
  }

  /** Trailers need chunks; on HTTP/2 they may follow content of an announced length. */
  private static long lengthOf(Headers headers) {
    return headers.contains(HeaderNames.TRAILER)
        ? OriginRequest.UNKNOWN
        : headers.contentLength().orElse(OriginRequest.UNKNOWN);
  }

  private Requester requester(ServerRequest request) {
    var headers = request.headers();
    var client =
        proxies.client(
            request.remotePeer().address(),
            name -> headers.all(HeaderNames.create(name), List::of));
    var host = client.host().isEmpty() ? request.authority() : client.host();
    return new Requester(client.text(), client.scheme(request.isSecure()), host);
  }

  private static String target(ServerRequest request, Forward forward, CanonicalPath path) {
    var query = request.prologue().query().rawValue();
    var changed = forward.path().apply(path.text());
    return query.isEmpty() ? changed : changed + "?" + query;
  }
}
