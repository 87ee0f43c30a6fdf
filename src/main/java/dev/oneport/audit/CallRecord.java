package dev.oneport.audit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One call as it was decided and ended; the same fields on every protocol.
 *
 * @param route the mounted route
 * @param caller who called; empty if that is not known
 * @param issuer who vouches for the caller; empty if nobody does
 * @param rule the file and line of the rule that allowed the call; empty if none did
 * @param reason why it was refused or ended early; empty if it was not
 * @param detail the reason in more words, for operators only
 * @param status how it ended in the protocol's own terms, such as {@code 200}, {@code
 *     PERMISSION_DENIED}, {@code 3003}
 * @param latency from the guard's first look to the end
 * @param peer the other end of the connection
 */
public record CallRecord(
    String route,
    String caller,
    String issuer,
    String rule,
    boolean allowed,
    String reason,
    String detail,
    String status,
    Duration latency,
    String peer)
    implements Structured {
  private static final double NANOS_PER_SECOND = 1e9;

  @Override
  public Map<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("route", route);
    fields.put("decision", allowed ? "allowed" : "denied");
    put(fields, "reason", reason);
    put(fields, "detail", detail);
    fields.put("status", status);
    put(fields, "caller", caller);
    put(fields, "issuer", issuer);
    put(fields, "rule", rule);
    fields.put("latency", latency.toNanos() / NANOS_PER_SECOND + "s");
    put(fields, "peer", peer);
    return fields;
  }

  @Override
  public String toString() {
    var who = caller.isEmpty() ? "" : " by " + caller;
    return route + who + (allowed ? ": " : " denied: " + reason + ", ") + status;
  }

  private static void put(Map<String, Object> fields, String name, String value) {
    if (!value.isEmpty()) {
      fields.put(name, value);
    }
  }
}
