package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Protocol;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.gate.Decision.Denied;
import dev.oneport.policy.Rule;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallRecord.Event;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.CallRecord.Traffic;
import dev.oneport.record.CallSink;
import dev.oneport.record.CallSpan;
import dev.oneport.record.CallSpan.Direction;
import dev.oneport.record.Code;
import dev.oneport.trace.CurrentTrace;
import dev.oneport.transport.MemoryShare;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import java.io.InputStream;
import java.time.Instant;
import java.util.Objects;

/** Measures and records one call from the guard's start to its end. */
final class CallWatch {
  private final CallSink sink;
  private final Route route;
  private final Request request;
  private final Arrival arrival;
  private final CallSpan span;
  private final long time = System.currentTimeMillis();
  private final long began = System.nanoTime();

  // Each of these is written by one thread at a time, and read after the call has ended.
  private long messagesIn;
  private long messagesOut;
  private long bytesIn;
  private long bytesOut;

  /** Whether the span notes messages. */
  private volatile boolean stream;

  /** A call without a span. */
  CallWatch(CallSink sink, Route route, Request request, Arrival arrival) {
    this(sink, route, request, arrival, CallSpan.of(request.trace()));
  }

  /** From now on the log lines of this thread belong to the call. */
  CallWatch(CallSink sink, Route route, Request request, Arrival arrival, CallSpan span) {
    this.sink = sink;
    this.route = route;
    this.request = request.in(span.trace());
    this.arrival = arrival;
    this.span = span;
    CurrentTrace.set(span.trace());
  }

  Route route() {
    return route;
  }

  /** The HTTP method; {@code POST} for gRPC. */
  String method() {
    return request.method();
  }

  Arrival arrival() {
    return arrival;
  }

  /** Runs parts of the handler for this caller. */
  CallScope scope(Caller caller) {
    return new CallScope(span, caller);
  }

  void in(long bytes) {
    messagesIn++;
    bytesIn += bytes;
    if (stream) {
      span.message(Direction.RECEIVED, messagesIn, bytes);
    }
  }

  void out(long bytes) {
    messagesOut++;
    bytesOut += bytes;
    if (stream) {
      span.message(Direction.SENT, messagesOut, bytes);
    }
  }

  /** Whether each message of the stream or socket should be counted at once. */
  boolean notesMessages() {
    return stream;
  }

  /** Counts a request's body as it is read: see {@link CountedInput}. */
  InputStream counted(InputStream body, MemoryShare memory, long announced) {
    messagesIn = 1;
    return new CountedInput(body, this, memory, announced);
  }

  /** Counts the body of a forwarded request, which is not held in memory. */
  InputStream counted(InputStream body) {
    messagesIn = 1;
    return new PassedInput(body, this);
  }

  void read(long bytes) {
    bytesIn += bytes;
  }

  /** Sets the sent totals. */
  void out(long messages, long bytes) {
    messagesOut = messages;
    bytesOut = bytes;
  }

  void denied(Denied denied) {
    denied(denied, status(denied.reason()));
  }

  /** Records a denied call with the status that the client gets. */
  void denied(Denied denied, String status) {
    write(
        Event.DENIED,
        denied.caller(),
        denied.rule(),
        Outcome.of(denied.reason(), denied.detail(), status));
  }

  /** Records a request that its connection refused before a decision was made. */
  void refused(RequestException answer) {
    var tooLarge = answer.status().equals(Status.REQUEST_ENTITY_TOO_LARGE_413);
    var reason = tooLarge ? Reason.MESSAGE_TOO_LARGE : Reason.BAD_REQUEST;
    var detail = Objects.requireNonNullElse(answer.getMessage(), "");
    var status = route.protocol() == Protocol.GRPC ? status(reason) : answer.status().codeText();
    denied(Gate.denied(reason, detail), status);
  }

  /** The call's lease ended. */
  void cutOff(Reason reason) {
    span.cutOff(reason);
  }

  /** Records that a stream or socket began. */
  void started(Caller caller, Rule rule) {
    stream = span.recording();
    write(Event.STARTED, caller, rule.place(), Outcome.OPEN);
  }

  /** Records the end of the call. */
  void ended(Caller caller, Rule rule, Outcome outcome) {
    write(Event.ENDED, caller, rule.place(), outcome);
  }

  /** How the call ended if no outcome was set. */
  Outcome failed() {
    return Outcome.of(status(Reason.INTERNAL), Code.INTERNAL);
  }

  /** The outcome of a call that no handler answered. */
  private String status(Reason reason) {
    return switch (route.protocol()) {
      case HTTP, WS -> String.valueOf(reason.http());
      case GRPC -> reason.code();
    };
  }

  private void write(Event event, Caller caller, String rule, Outcome outcome) {
    var call =
        new CallRecord(
            event,
            Instant.ofEpochMilli(time),
            route,
            caller.name(),
            caller.issuer(),
            rule,
            outcome.reason(),
            outcome.detail(),
            outcome.status(),
            outcome.code(),
            System.nanoTime() - began,
            new Traffic(messagesIn, messagesOut, bytesIn, bytesOut),
            request);
    try {
      sink.record(call);
    } finally {
      if (event != Event.STARTED) {
        span.end(call);
      }
    }
  }
}
