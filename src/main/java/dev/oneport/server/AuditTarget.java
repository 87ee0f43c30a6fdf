package dev.oneport.server;

import dev.oneport.audit.AuditLog;
import dev.oneport.audit.AuditSettings;
import dev.oneport.audit.LogOutput;
import java.util.function.Supplier;

/**
 * Where the audit goes.
 *
 * @param project the Google Cloud project that traces are named after, once it is known; empty
 *     until then
 */
public record AuditTarget(LogOutput output, Supplier<String> project) {
  AuditLog open(AuditSettings settings) {
    return new AuditLog(settings, output, () -> settings.project().orElseGet(project));
  }
}
