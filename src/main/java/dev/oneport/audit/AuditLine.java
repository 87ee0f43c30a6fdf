package dev.oneport.audit;

import dev.oneport.api.Protocol;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallRecord.Event;
import dev.oneport.record.Code;
import dev.oneport.trace.Trace;

/**
 * A call's record as one JSON object on one line, in Cloud Logging's format; {@code
 * audit-schema.json} describes it.
 */
public final class AuditLine {
  private static final JsonName SEVERITY = new JsonName("severity");
  private static final JsonName TIME = new JsonName("time");
  private static final JsonName MESSAGE = new JsonName("message");
  private static final JsonName REQUEST = new JsonName("httpRequest");
  private static final JsonName METHOD = new JsonName("requestMethod");
  private static final JsonName URL = new JsonName("requestUrl");
  private static final JsonName REMOTE = new JsonName("remoteIp");
  private static final JsonName USER_AGENT = new JsonName("userAgent");
  private static final JsonName PROTOCOL = new JsonName("protocol");
  private static final JsonName LATENCY = new JsonName("latency");
  private static final JsonName STATUS = new JsonName("status");
  private static final JsonName CALL = new JsonName("call");
  private static final JsonName EVENT = new JsonName("event");
  private static final JsonName ROUTE = new JsonName("route");
  private static final JsonName PATH = new JsonName("path");
  private static final JsonName DECISION = new JsonName("decision");
  private static final JsonName REASON = new JsonName("reason");
  private static final JsonName DETAIL = new JsonName("detail");
  private static final JsonName CALLER = new JsonName("caller");
  private static final JsonName ISSUER = new JsonName("issuer");
  private static final JsonName RULE = new JsonName("rule");
  private static final JsonName CODE = new JsonName("code");
  private static final JsonName SECONDS = new JsonName("latencySeconds");
  private static final JsonName MESSAGES_IN = new JsonName("messagesIn");
  private static final JsonName MESSAGES_OUT = new JsonName("messagesOut");
  private static final JsonName BYTES_IN = new JsonName("bytesIn");
  private static final JsonName BYTES_OUT = new JsonName("bytesOut");
  private static final JsonName TRACE = new JsonName("logging.googleapis.com/trace");
  private static final JsonName SPAN = new JsonName("logging.googleapis.com/spanId");
  private static final JsonName SAMPLED = new JsonName("logging.googleapis.com/trace_sampled");

  private AuditLine() {}

  /**
   * Writes a line without the line break.
   *
   * @param project the Google Cloud project; empty if it is not known
   * @param times the writer's memory of the last time
   */
  static void write(JsonWriter line, CallRecord call, String project, TimeTexts times) {
    line.begin().addPlain(SEVERITY, severity(call)).addPlain(TIME, times.text(call.time()));
    message(line, call);
    request(line, call);
    call.request().trace().ifPresent(trace -> trace(line, trace, project));
    line.object(CALL)
        .addPlain(EVENT, event(call.event()))
        .addRepeated(ROUTE, call.route().toString());
    addUnlessEmpty(line, PATH, call.request().path());
    line.addPlain(DECISION, call.event() == Event.DENIED ? "denied" : "allowed")
        .addRepeatedUnlessEmpty(REASON, call.reason());
    addUnlessEmpty(line, DETAIL, call.detail());
    line.addRepeatedUnlessEmpty(CALLER, Visible.name(call.caller()))
        .addRepeatedUnlessEmpty(ISSUER, call.issuer())
        .addRepeatedUnlessEmpty(RULE, call.rule());
    if (call.event() != Event.STARTED) {
      line.addRepeated(STATUS, call.status())
          .addPlain(CODE, call.code().name())
          .addSeconds(SECONDS, call.nanos())
          .add(MESSAGES_IN, call.traffic().messagesIn())
          .add(MESSAGES_OUT, call.traffic().messagesOut())
          .add(BYTES_IN, call.traffic().bytesIn())
          .add(BYTES_OUT, call.traffic().bytesOut());
    }
    line.end().end();
  }

  /**
   * The line as shown to the caller of the call: without the detail, which is for operators, and
   * without the origin of the call.
   */
  public static String forCaller(CallRecord call) {
    var line = new JsonWriter();
    write(line, call.forCaller(), "", new TimeTexts());
    return line.toString();
  }

  /** The part that Cloud Logging shows for each request. */
  private static void request(JsonWriter line, CallRecord call) {
    var request = call.request();
    line.object(REQUEST).addRepeated(METHOD, request.method());
    if (request.path().isEmpty()) {
      line.addRepeated(URL, call.route().path());
    } else {
      line.add(URL, request.path());
    }
    line.addRepeatedUnlessEmpty(REMOTE, request.peer())
        .addRepeatedUnlessEmpty(USER_AGENT, request.userAgent())
        .addRepeatedUnlessEmpty(PROTOCOL, request.version());
    if (call.event() != Event.STARTED) {
      line.addDuration(LATENCY, call.nanos());
      if (call.route().protocol() == Protocol.HTTP) {
        line.add(STATUS, Long.parseLong(call.status()));
      }
    }
    line.end();
  }

  private static void addUnlessEmpty(JsonWriter line, JsonName name, String value) {
    if (!value.isEmpty()) {
      line.add(name, value);
    }
  }

  private static String event(Event event) {
    return switch (event) {
      case DENIED -> "denied";
      case STARTED -> "started";
      case ENDED -> "ended";
    };
  }

  static void trace(JsonWriter line, Trace trace, String project) {
    line.beginText(TRACE);
    if (!project.isEmpty()) {
      line.part("projects/").repeated(project).part("/traces/");
    }
    line.hex(trace.high()).hex(trace.low()).endText();
    if (trace.spanNumber() != 0) {
      line.beginText(SPAN).hex(trace.spanNumber()).endText();
    }
    line.add(SAMPLED, trace.sampled());
  }

  private static String severity(CallRecord call) {
    if (call.code() == Code.INTERNAL) {
      return "ERROR";
    }
    return call.event() == Event.DENIED ? "WARNING" : "INFO";
  }

  /** The same text as {@link #message(CallRecord)}; no token can span its parts. */
  private static void message(JsonWriter line, CallRecord call) {
    line.beginText(MESSAGE).repeated(call.route().toString());
    if (!call.caller().isEmpty()) {
      line.part(" by ").repeated(Visible.name(call.caller()));
    }
    switch (call.event()) {
      case DENIED -> line.part(" denied: ").repeated(call.reason());
      case STARTED -> line.part(" started");
      case ENDED -> {
        if (call.reason().isEmpty()) {
          line.part(": ").repeated(call.status());
        } else {
          line.part(" ended: ").repeated(call.reason());
        }
      }
    }
    line.endText();
  }

  static String message(CallRecord call) {
    var who = call.caller().isEmpty() ? "" : " by " + Visible.name(call.caller());
    var how =
        switch (call.event()) {
          case DENIED -> " denied: " + call.reason();
          case STARTED -> " started";
          case ENDED -> call.reason().isEmpty() ? ": " + call.status() : " ended: " + call.reason();
        };
    return call.route() + who + how;
  }
}
