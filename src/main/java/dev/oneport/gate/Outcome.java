package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.record.Code;

/**
 * How a call ended, for its record.
 *
 * @param reason why it was refused or ended early; empty if neither
 * @param detail explains the reason, for operators only
 * @param status in the protocol's own terms
 */
record Outcome(String reason, String detail, String status, Code code) {
  static final Outcome OPEN = new Outcome("", "", "", Code.OK);

  /** The call ended normally. */
  static Outcome of(String status, Code code) {
    return new Outcome("", "", status, code);
  }

  /** The call could not begin or continue, or the client sent something unacceptable. */
  static Outcome of(Reason reason, String detail, String status) {
    return new Outcome(reason.name(), detail, status, Code.valueOf(reason.code()));
  }
}
