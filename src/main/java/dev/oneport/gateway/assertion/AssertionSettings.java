package dev.oneport.gateway.assertion;

import dev.oneport.config.Section;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The assertion that an upstream gets: {@code assertion: true}, or an object with these keys.
 *
 * @param header the header that carries it
 * @param audience the value of {@code aud}
 * @param lifetime the time between {@code iat} and {@code exp}
 * @param claims the claims of the caller's token that it repeats
 */
public record AssertionSettings(
    String header, String audience, Duration lifetime, List<String> claims) {
  public static final String HEADER = "X-OnePort-Assertion";

  /** The longest lifetime; a key stays published for as long after it last signed. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  private static final Duration SHORTEST = Duration.ofSeconds(5);
  private static final Duration LIFETIME = Duration.ofMinutes(1);

  public AssertionSettings {
    claims = List.copyOf(claims);
  }

  /** Reports a name that is empty or has characters besides the visible ones of ASCII. */
  static void checkName(Section section, String key, String name) {
    if (!name.matches("[!-~]+")) {
      section.problem(key, "'" + name + "' is not a URL or a name without spaces");
    }
  }

  /**
   * Reads the key {@code assertion} of an upstream, whose section stays open.
   *
   * @param audience the default audience
   * @param mayCarry whether a header of this name has no other meaning
   */
  public static Optional<AssertionSettings> read(
      Section upstream, String audience, Predicate<String> mayCarry) {
    if (!upstream.isObject("assertion")) {
      return upstream.flag("assertion", false)
          ? Optional.of(new AssertionSettings(HEADER, audience, LIFETIME, List.of()))
          : Optional.empty();
    }
    try (var section = upstream.section("assertion")) {
      var header = section.text("header", HEADER);
      if (!mayCarry.test(header)) {
        section.problem("header", "'" + header + "' cannot carry an assertion; " + HEADER + " can");
      }
      var named = section.literal("audience", "name one audience in full", audience);
      checkName(section, "audience", named);
      return Optional.of(
          new AssertionSettings(
              header,
              named,
              section.duration("lifetime", LIFETIME, SHORTEST, LONGEST),
              section.texts("claims")));
    }
  }
}
