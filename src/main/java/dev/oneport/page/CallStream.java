package dev.oneport.page;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.audit.AuditLine;
import dev.oneport.gate.HttpProblem;
import dev.oneport.gate.Identified;
import dev.oneport.gate.Visitor;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Sends visitors the audit lines of their own calls as these end, one JSON object per line. It also
 * sends an empty line now and then, {@code {"dropped": 3}} if lines arrive faster than they are
 * read, and {@code {"end": REASON}} before an orderly end. The stream is cut off if its lease ends,
 * like any long response.
 */
public final class CallStream {
  /** How often the stream checks whether the visitor has left. */
  private static final Duration BEAT = Duration.ofSeconds(1);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final OwnCalls calls;
  private final int maxReaders;

  /** Streams calls to at most {@code maxReaders} readers. */
  public CallStream(OwnCalls calls, int maxReaders) {
    this.calls = calls;
    this.maxReaders = maxReaders;
  }

  /** Answers a visitor for as long as the token is valid. */
  public void send(Visitor visitor, ServerRequest request, ServerResponse response)
      throws IOException {
    Shielding.add(response);
    var refusal = refusal(visitor);
    if (refusal.isPresent()) {
      HttpProblem.of(refusal.get(), RETRY).send(response);
      return;
    }
    response.header(HeaderNames.CONTENT_TYPE, "application/x-ndjson");
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    if (request.prologue().method().equals(Method.HEAD)) {
      response.send();
      return;
    }
    var opened = calls.open(caller(visitor), visitor.trace(), maxReaders);
    if (opened.isEmpty()) {
      HttpProblem.of(Reason.LIMIT_EXCEEDED, RETRY).send(response);
      return;
    }
    try (var reader = opened.get();
        var out = response.outputStream()) {
      write(reader, visitor, out);
    } catch (InterruptedException e) {
      throw new CloseConnectionException("the lease ended, or the client has gone", e);
    }
  }

  /** Lines of anonymous calls are known only by their trace. */
  private static Optional<Reason> refusal(Visitor visitor) {
    return switch (visitor.identify()) {
      case Identified.Known _ -> Optional.empty();
      case Identified.Unknown(var reason, _, _) ->
          reason == Reason.CREDENTIALS_MISSING && visitor.trace().isPresent()
              ? Optional.empty()
              : Optional.of(reason);
    };
  }

  private static Optional<Caller> caller(Visitor visitor) {
    return visitor.identify() instanceof Identified.Known(var verified)
        ? Optional.of(verified.caller())
        : Optional.empty();
  }

  private static void write(CallReader reader, Visitor visitor, OutputStream out)
      throws IOException, InterruptedException {
    var end = Optional.<Reason>empty();
    // The first line is empty and tells the page that the stream is open.
    line(out, "");
    out.flush();
    while (end.isEmpty()) {
      var batch = reader.next(BEAT);
      for (var call : batch.calls()) {
        line(out, AuditLine.forCaller(call));
      }
      if (batch.dropped() > 0) {
        line(out, "{\"dropped\":" + batch.dropped() + "}");
      }
      end = batch.last() ? Optional.of(Reason.DRAINING) : ended(reader, visitor);
      line(out, end.map(reason -> "{\"end\":\"" + reason + "\"}").orElse(""));
      out.flush();
    }
  }

  /**
   * Why the visitor may not continue, if so: the token may have expired or been revoked, or now
   * name another caller.
   */
  private static Optional<Reason> ended(CallReader reader, Visitor visitor) {
    return refusal(visitor)
        .or(
            () ->
                reader.isOf(caller(visitor))
                    ? Optional.empty()
                    : Optional.of(Reason.ACCESS_TOKEN_INVALID));
  }

  private static void line(OutputStream out, String text) throws IOException {
    out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
