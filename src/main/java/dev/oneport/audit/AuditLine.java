package dev.oneport.audit;

import dev.oneport.api.Protocol;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallRecord.Event;
import dev.oneport.record.Code;
import dev.oneport.record.Trace;
import java.util.Locale;

/**
 * A call's record as one JSON object on one line, in Cloud Logging's format; {@code
 * audit-schema.json} describes it.
 */
public final class AuditLine {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private AuditLine() {}

  /**
   * Writes a line without the line break.
   *
   * @param project the Google Cloud project; empty if it is not known
   */
  static void write(JsonWriter line, CallRecord call, String project) {
    line.begin()
        .add("severity", severity(call))
        .add("time", call.time().toString())
        .add("message", message(call));
    request(line, call);
    call.request().trace().ifPresent(trace -> trace(line, trace, project));
    line.object("call")
        .add("event", call.event().name().toLowerCase(Locale.ROOT))
        .add("route", call.route().toString())
        .addUnlessEmpty("path", call.request().path())
        .add("decision", call.event() == Event.DENIED ? "denied" : "allowed")
        .addUnlessEmpty("reason", call.reason())
        .addUnlessEmpty("detail", call.detail())
        .addUnlessEmpty("caller", Visible.name(call.caller()))
        .addUnlessEmpty("issuer", call.issuer())
        .addUnlessEmpty("rule", call.rule());
    if (call.event() != Event.STARTED) {
      line.add("status", call.status())
          .add("code", call.code().name())
          .add("latencySeconds", call.nanos() / (double) NANOS_PER_SECOND)
          .add("messagesIn", call.traffic().messagesIn())
          .add("messagesOut", call.traffic().messagesOut())
          .add("bytesIn", call.traffic().bytesIn())
          .add("bytesOut", call.traffic().bytesOut());
    }
    line.end().end();
  }

  /**
   * The line as shown to the caller of the call: without the detail, which is for operators, and
   * without the origin of the call.
   */
  public static String forCaller(CallRecord call) {
    var line = new JsonWriter();
    write(line, call.forCaller(), "");
    return line.toString();
  }

  /** The part that Cloud Logging shows for each request. */
  private static void request(JsonWriter line, CallRecord call) {
    var request = call.request();
    line.object("httpRequest")
        .add("requestMethod", request.method())
        .add("requestUrl", path(call))
        .addUnlessEmpty("remoteIp", request.peer())
        .addUnlessEmpty("userAgent", request.userAgent())
        .addUnlessEmpty("protocol", request.version());
    if (call.event() != Event.STARTED) {
      line.add("latency", duration(call.nanos()));
      if (call.route().protocol() == Protocol.HTTP) {
        line.add("status", Long.parseLong(call.status()));
      }
    }
    line.end();
  }

  private static String path(CallRecord call) {
    var path = call.request().path();
    return path.isEmpty() ? call.route().path() : path;
  }

  /** The JSON form of a google.protobuf.Duration, which has no exponents. */
  private static String duration(long nanos) {
    var fraction = String.valueOf(NANOS_PER_SECOND + nanos % NANOS_PER_SECOND).substring(1);
    return nanos / NANOS_PER_SECOND + "." + fraction + "s";
  }

  private static void trace(JsonWriter line, Trace trace, String project) {
    var name = project.isEmpty() ? trace.id() : "projects/" + project + "/traces/" + trace.id();
    line.add("logging.googleapis.com/trace", name)
        .addUnlessEmpty("logging.googleapis.com/spanId", trace.span())
        .add("logging.googleapis.com/trace_sampled", trace.sampled());
  }

  private static String severity(CallRecord call) {
    if (call.code() == Code.INTERNAL) {
      return "ERROR";
    }
    return call.event() == Event.DENIED ? "WARNING" : "INFO";
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
