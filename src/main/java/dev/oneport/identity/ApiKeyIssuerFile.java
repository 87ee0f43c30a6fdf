package dev.oneport.identity;

import dev.oneport.config.Section;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Reads an issuer of API keys:
 *
 * <pre>
 * machines:
 *   kind: api-keys
 *   keys-file: /etc/oneport/keys     # a line for each key; {@code #} begins a comment
 *   keys: [ LINE, ... ]              # or the lines themselves, such as those of a variable
 *   header: X-API-Key
 * </pre>
 */
final class ApiKeyIssuerFile {
  private static final String HEADER = "x-api-key";

  private static final int MOST = 10_000;

  private ApiKeyIssuerFile() {}

  /**
   * Reads a section and closes it.
   *
   * @param several whether other issuers are configured
   */
  static ApiKeyIssuer read(String name, Section section, boolean several) {
    try (section) {
      if (several) {
        IssuerNames.requireCallerPrefix(name, section);
      }
      var keys = new ArrayList<ApiKey>();
      for (var line : section.texts("keys")) {
        parse(section, "keys", "", line, keys);
      }
      section.file("keys-file").ifPresent(text -> lines(section, text, keys));
      // A file without keys is what is left when the last one was removed.
      if (keys.isEmpty() && !section.hasProblem("keys") && !section.has("keys-file")) {
        section.problem(
            "keys-file", "must name a file with the digests of keys, or keys list them");
      }
      report(section, keys);
      return new ApiKeyIssuer(
          name,
          IssuerNames.callerPrefix(section),
          section.has("keys-file"),
          IssuerFile.header(section, Optional.of(HEADER)),
          keys);
    }
  }

  private static void lines(Section section, String text, List<ApiKey> keys) {
    int number = 0;
    for (var line : text.lines().toList()) {
      number++;
      if (!line.isBlank() && !line.strip().startsWith("#")) {
        parse(section, "keys-file", "line " + number + " ", line, keys);
      }
    }
  }

  /** Reads a line. What is wrong with it is said without it, because it may hold a key. */
  private static void parse(
      Section section, String key, String place, String line, List<ApiKey> keys) {
    try {
      keys.add(ApiKey.parse(line));
    } catch (IllegalArgumentException e) {
      section.problem(key, place + e.getMessage());
    }
  }

  private static void report(Section section, List<ApiKey> keys) {
    var key = section.has("keys-file") ? "keys-file" : "keys";
    var digests = new HashSet<String>();
    for (var each : keys) {
      if (!digests.add(each.digest())) {
        section.problem(key, "has the key of " + each.name() + " twice");
      }
    }
    if (keys.size() > MOST) {
      section.problem(
          key, "has more than " + MOST + " keys, each of which is compared with a call's");
    }
  }
}
