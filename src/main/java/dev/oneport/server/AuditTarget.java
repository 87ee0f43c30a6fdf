package dev.oneport.server;

import dev.oneport.audit.AuditLog;
import dev.oneport.audit.AuditSettings;
import dev.oneport.audit.LogOutput;
import java.util.function.Supplier;

/**
 * The output of the audit.
 *
 * @param project supplies the Google Cloud project of traces; empty until it is known
 */
public record AuditTarget(LogOutput output, Supplier<String> project) {
  AuditLog open(AuditSettings settings) {
    return new AuditLog(settings, output, () -> settings.project().orElseGet(project));
  }
}
