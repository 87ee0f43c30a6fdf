package dev.oneport.access;

import dev.oneport.access.Decision.Allowed;
import dev.oneport.access.Decision.Denied;
import dev.oneport.audit.AuditLog;
import dev.oneport.audit.CallRecord;
import dev.oneport.identity.Caller;
import java.time.Duration;

/** One call from the guard's first look to its end, for the audit. */
final class CallWatch {
  private final AuditLog audit;
  private final Route route;
  private final String peer;
  private final long began = System.nanoTime();

  CallWatch(AuditLog audit, Route route, String peer) {
    this.audit = audit;
    this.route = route;
    this.peer = peer;
  }

  void denied(Denied denied, String status) {
    audit.write(
        record(denied.caller(), "", false, denied.reason().name(), denied.detail(), status));
  }

  void ended(Allowed allowed, String status) {
    if (audit.writesAllowed()) {
      audit.write(record(allowed.caller(), allowed.rule().place(), true, "", "", status));
    }
  }

  /** The call was allowed to begin, and ended because it may not go on. */
  void cut(Allowed allowed, Reason reason, String status) {
    audit.write(
        record(
            allowed.caller(), allowed.rule().place(), false, reason.name(), "ended early", status));
  }

  private CallRecord record(
      Caller caller, String rule, boolean allowed, String reason, String detail, String status) {
    var latency = Duration.ofNanos(System.nanoTime() - began);
    return new CallRecord(
        route.toString(),
        caller.name(),
        caller.issuer(),
        rule,
        allowed,
        reason,
        detail,
        status,
        latency,
        peer);
  }
}
