package dev.oneport.gateway.assertion;

import dev.oneport.certificates.EcKeyPem;
import dev.oneport.certificates.UnusableCertificate;
import dev.oneport.config.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How assertions are signed, for all upstreams: the section {@code assertion-signing}.
 *
 * @param issuer the value of {@code iss}
 * @param keys the keys from files, of which the first signs; empty for keys made by this process
 * @param rotation how long a key made by this process signs
 */
public record AssertionSigning(String issuer, List<AssertionKey> keys, Duration rotation) {
  public static final AssertionSigning DEFAULT =
      new AssertionSigning("oneport", List.of(), Duration.ofHours(24));

  private static final Duration SHORTEST = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofDays(30);

  public AssertionSigning {
    keys = List.copyOf(keys);
  }

  /**
   * Reads the section and closes it.
   *
   * @param used whether any upstream gets assertions
   */
  public static AssertionSigning read(Section section, boolean used) {
    try (section) {
      var issuer = section.text("issuer", DEFAULT.issuer);
      AssertionSettings.checkName(section, "issuer", issuer);
      var keys = new ArrayList<AssertionKey>();
      for (var file : section.files("key-files")) {
        try {
          keys.add(new AssertionKey(EcKeyPem.read(file)));
        } catch (UnusableCertificate e) {
          section.problem("key-files", "a file " + e.getMessage());
        }
      }
      if (!keys.isEmpty() && section.has("rotation")) {
        section.problem("rotation", "is for keys made by the server; those of key-files are yours");
      }
      var any = section.has("issuer") || section.has("key-files") || section.has("rotation");
      if (any && !used) {
        section.problem("issuer", "no upstream has an assertion");
      }
      return new AssertionSigning(
          issuer, keys, section.duration("rotation", DEFAULT.rotation, SHORTEST, LONGEST));
    }
  }
}
