package dev.oneport.audit;

import dev.oneport.record.CallRecord;

/** A call's record as a line on a terminal; the output adds the time. */
final class AuditText {
  private static final double NANOS_PER_MILLI = 1e6;

  private AuditText() {}

  static String line(CallRecord call) {
    var took =
        call.event() == CallRecord.Event.STARTED
            ? ""
            : " in %.1f ms".formatted(call.nanos() / NANOS_PER_MILLI);
    var detail = call.detail().isEmpty() ? "" : " (" + call.detail() + ")";
    return "CALL    "
        + TextLine.oneLine(LogLine.withoutTokens(AuditLine.message(call) + detail))
        + took;
  }
}
