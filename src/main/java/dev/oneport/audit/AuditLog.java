package dev.oneport.audit;

/**
 * Where the records of calls go: denied ones are always written, allowed ones at the level {@code
 * DEBUG}.
 */
public final class AuditLog {
  private static final System.Logger LOG = System.getLogger("dev.oneport.audit");

  /** Writes one record. */
  public void write(CallRecord call) {
    LOG.log(call.allowed() ? System.Logger.Level.DEBUG : System.Logger.Level.INFO, "{0}", call);
  }

  /** Whether records of allowed calls are written, so that they need not be made if not. */
  public boolean writesAllowed() {
    return LOG.isLoggable(System.Logger.Level.DEBUG);
  }
}
