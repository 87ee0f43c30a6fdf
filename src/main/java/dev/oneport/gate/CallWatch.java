package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.audit.CallRecord;
import dev.oneport.audit.CallRecord.Event;
import dev.oneport.audit.CallRecord.Request;
import dev.oneport.audit.CallRecord.Traffic;
import dev.oneport.audit.CallSink;
import dev.oneport.audit.Code;
import dev.oneport.gate.Decision.Allowed;
import dev.oneport.gate.Decision.Denied;
import dev.oneport.transport.MemoryShare;
import java.io.InputStream;
import java.time.Instant;

/** One call from the guard's first look to its end, counted and written down. */
final class CallWatch {
  private final Gate gate;
  private final CallSink sink;
  private final Route route;
  private final Request request;
  private final long time = System.currentTimeMillis();
  private final long began = System.nanoTime();

  // Each is counted by one thread at a time, and read when the call is over.
  private long messagesIn;
  private long messagesOut;
  private long bytesIn;
  private long bytesOut;

  CallWatch(Gate gate, CallSink sink, Route route, Request request) {
    this.gate = gate;
    this.sink = sink;
    this.route = route;
    this.request = request;
  }

  void in(long bytes) {
    messagesIn++;
    bytesIn += bytes;
  }

  void out(long bytes) {
    messagesOut++;
    bytesOut += bytes;
  }

  /** Counts a request's body as it is read: see {@link CountedInput}. */
  InputStream counted(InputStream body, MemoryShare memory, long announced) {
    messagesIn = 1;
    return new CountedInput(body, this, memory, announced);
  }

  void read(long bytes) {
    bytesIn += bytes;
  }

  /** Says all at once what went out. */
  void out(long messages, long bytes) {
    messagesOut = messages;
    bytesOut = bytes;
  }

  void denied(Denied denied, String status) {
    var reason = denied.reason();
    write(Event.DENIED, denied.caller(), "", reason.name(), denied.detail(), status, code(reason));
  }

  /** A stream or socket began. */
  void started(Allowed allowed) {
    write(Event.STARTED, allowed.caller(), allowed.rule().place(), "", "", "", Code.OK);
  }

  /**
   * The call is over, for the gate too; once for each that was allowed. First it is written down: a
   * server that stops waits until the gate has no calls.
   */
  void ended(Allowed allowed, String status, Code code) {
    write(Event.ENDED, allowed.caller(), allowed.rule().place(), "", "", status, code);
    gate.over(route);
  }

  /**
   * The same for a call that ended for a reason: it may not go on, or what the client sent cannot
   * be taken.
   */
  void cut(Allowed allowed, Reason reason, String detail, String status) {
    write(
        Event.ENDED,
        allowed.caller(),
        allowed.rule().place(),
        reason.name(),
        detail,
        status,
        code(reason));
    gate.over(route);
  }

  private void write(
      Event event,
      Caller caller,
      String rule,
      String reason,
      String detail,
      String status,
      Code code) {
    sink.take(
        new CallRecord(
            event,
            Instant.ofEpochMilli(time),
            route,
            caller.name(),
            caller.issuer(),
            rule,
            reason,
            detail,
            status,
            code,
            System.nanoTime() - began,
            new Traffic(messagesIn, messagesOut, bytesIn, bytesOut),
            request));
  }

  private static Code code(Reason reason) {
    return Code.valueOf(reason.code());
  }
}
