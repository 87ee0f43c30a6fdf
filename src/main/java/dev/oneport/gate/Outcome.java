package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.audit.Code;

/**
 * How a call ended, as its record tells it.
 *
 * @param reason why it was refused or ended early; empty if it was not
 * @param detail the reason in more words, for operators only
 * @param status in the protocol's own terms
 */
record Outcome(String reason, String detail, String status, Code code) {
  static final Outcome OPEN = new Outcome("", "", "", Code.OK);

  /** The call ended by itself. */
  static Outcome of(String status, Code code) {
    return new Outcome("", "", status, code);
  }

  /** The call could not begin or go on, or the client sent something that cannot be accepted. */
  static Outcome of(Reason reason, String detail, String status) {
    return new Outcome(reason.name(), detail, status, Code.valueOf(reason.code()));
  }
}
