package dev.oneport.audit;

import java.util.Map;

/**
 * A log message that has fields of its own beside its text; they become fields of the JSON line.
 */
interface Structured {
  /** Names and values: texts, numbers, booleans, or maps of these. */
  Map<String, Object> fields();
}
