package dev.oneport.builtins;

import dev.oneport.config.Section;

/**
 * The settings of the page at {@code /}, below {@code server.page}.
 *
 * @param enabled whether to mount the page; rules must then allow its routes
 * @param maxReaders how many callers may watch the audit lines of their own calls at once
 */
public record PageSettings(boolean enabled, int maxReaders) {
  public static final int MAX_READERS = 16;

  private static final int MOST = 10_000;

  /** Reads the section and closes it. */
  public static PageSettings read(Section section, boolean enabled) {
    try (section) {
      var on = section.flag("enabled", enabled);
      section.warnIf(!on, "max-readers", "the page is not enabled");
      return new PageSettings(on, section.integer("max-readers", MAX_READERS, 1, MOST));
    }
  }
}
