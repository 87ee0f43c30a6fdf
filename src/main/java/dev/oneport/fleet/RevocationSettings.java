package dev.oneport.fleet;

import dev.oneport.config.Section;
import dev.oneport.identity.Identity;
import dev.oneport.identity.Lifetimes;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings below {@code shared.revocations}.
 *
 * @param file where revocations are kept
 * @param keep how long a revocation is kept; if empty, as long as the credentials that it names can
 *     live
 * @param leeway credentials that were issued so long after a revocation count as issued before it
 */
public record RevocationSettings(Path file, Optional<Duration> keep, Duration leeway) {
  private static final Duration LEEWAY = Duration.ofMinutes(1);
  private static final Duration LONGEST_LEEWAY = Duration.ofHours(1);
  private static final Duration LONGEST_KEEP = Duration.ofDays(3_650);

  /**
   * Reads {@code shared.revocations}.
   *
   * @param withFile whether to report what is wrong with the file, too
   * @return empty if no revocations are configured
   */
  static Optional<RevocationSettings> read(Section shared, Identity identity, boolean withFile) {
    if (!shared.has("revocations")) {
      return Optional.empty();
    }
    try (var section = shared.section("revocations")) {
      var name = section.required("file");
      var keep = keep(section, identity);
      var leeway = section.duration("leeway", LEEWAY, Duration.ZERO, LONGEST_LEEWAY);
      return name.isBlank()
          ? Optional.empty()
          : file(section, name, withFile).map(file -> new RevocationSettings(file, keep, leeway));
    }
  }

  private static Optional<Duration> keep(Section section, Identity identity) {
    var keep = section.duration("keep", Duration.ZERO, Duration.ofMinutes(1), LONGEST_KEEP);
    var life = new Lifetimes(identity).longestToken();
    if (keep.isPositive() && keep.compareTo(life) < 0) {
      section.problem(
          "keep",
          "must be at least "
              + life.toSeconds()
              + "s: so long can a token be accepted after it was issued");
    }
    return Optional.of(keep).filter(Duration::isPositive);
  }

  private static Optional<Path> file(Section section, String name, boolean withFile) {
    try {
      var file = Path.of(name);
      if (withFile) {
        RevocationFile.read(file)
            .problems()
            .forEach(problem -> section.problem("file", name + ": " + problem));
      }
      return Optional.of(file);
    } catch (InvalidPathException e) {
      section.problem("file", "'" + name + "' is not a file name");
    } catch (IOException e) {
      section.problem("file", String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }
}
