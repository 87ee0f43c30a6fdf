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
 * @param file where revocations are kept; if empty, in Redis
 * @param keep how long a revocation is kept; if empty, as long as the credentials that it names can
 *     live
 * @param leeway credentials that were issued so long after a revocation count as issued before it
 * @param withoutStore what a server does that has not read any revocations yet
 */
public record RevocationSettings(
    Optional<Path> file, Optional<Duration> keep, Duration leeway, WithoutStore withoutStore) {
  /** What a server does that starts while Redis is away. */
  public enum WithoutStore {
    /** It is not ready, and refuses every credential. */
    CLOSED,
    /** It accepts credentials, even if they were revoked. */
    OPEN
  }

  private static final Duration LEEWAY = Duration.ofMinutes(1);
  private static final Duration LONGEST_LEEWAY = Duration.ofHours(1);
  private static final Duration LONGEST_KEEP = Duration.ofDays(3_650);

  /**
   * Reads {@code shared.revocations}.
   *
   * @param withFile whether to report what is wrong with the file, too
   * @param redis whether there is a Redis, where they are kept then
   * @return empty if no revocations are configured
   */
  static Optional<RevocationSettings> read(
      Section shared, Identity identity, boolean withFile, boolean redis) {
    if (!shared.has("revocations") && !redis) {
      return Optional.empty();
    }
    try (var section = shared.section("revocations")) {
      if (redis && section.has("file")) {
        section.problem("file", "cannot be set beside shared.redis, where revocations are kept");
      }
      var file = redis ? Optional.<Path>empty() : file(section, withFile);
      section.warnIf(!redis, "without-store", "revocations are kept in a file");
      var settings =
          new RevocationSettings(
              file,
              keep(section, identity),
              section.duration("leeway", LEEWAY, Duration.ZERO, LONGEST_LEEWAY),
              section.choice("without-store", WithoutStore.CLOSED));
      return redis || file.isPresent() ? Optional.of(settings) : Optional.empty();
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

  private static Optional<Path> file(Section section, boolean withFile) {
    var name = section.required("file");
    if (name.isBlank()) {
      return Optional.empty();
    }
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
