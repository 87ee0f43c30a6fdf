package dev.oneport.cli;

import dev.oneport.config.Spelling;
import dev.oneport.fleet.Revocation;
import dev.oneport.fleet.Selector;
import dev.oneport.fleet.Trait;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A revocation, from its configuration to the store. Like {@link Serving} it does not use picocli
 * for a plain command line, which takes a third of the command's processor time: while it starts,
 * the credential is still good.
 *
 * @param named what is revoked
 * @param before when it was issued at the latest; null for now
 * @param yes whether an issuer alone may be named
 * @param config the configuration file, if one is given
 */
public record Revoking(
    Map<Trait, String> named, @Nullable String before, boolean yes, @Nullable Path config) {
  /** Clocks differ; more than that is a mistake. */
  private static final Duration AHEAD = Duration.ofMinutes(5);

  private static final Map<String, Trait> TRAITS =
      Map.of(
          "--caller", Trait.CALLER,
          "--token-id", Trait.TOKEN_ID,
          "--session", Trait.SESSION,
          "--issuer", Trait.ISSUER);

  private static final Set<String> OTHERS = Set.of("--before", "--config");

  /**
   * Runs a command line that has nothing but complete options; returns the exit code, or nothing if
   * this is not such a line or has a mistake, which picocli explains.
   */
  public static OptionalInt runPlain(Map<String, String> environment, String... args) {
    var plain = plain(args);
    if (plain.isEmpty()) {
      return OptionalInt.empty();
    }
    var out = new PrintWriter(System.out, true, System.out.charset());
    var err = new PrintWriter(System.err, true, Charset.defaultCharset());
    try {
      return OptionalInt.of(plain.get().run(out, err, environment, Clock.systemUTC()));
    } catch (Misuse _) {
      return OptionalInt.empty();
    } catch (Exception e) {
      e.printStackTrace(err);
      return OptionalInt.of(ExitCode.FAILED);
    }
  }

  static Optional<Revoking> plain(String... args) {
    if (args.length == 0 || !args[0].equals("revoke")) {
      return Optional.empty();
    }
    var values = new HashMap<String, String>();
    var named = new EnumMap<Trait, String>(Trait.class);
    int flags = 0;
    var words = List.of(args).listIterator(1);
    while (words.hasNext()) {
      var option = words.next();
      if (option.equals("--yes")) {
        flags++;
        continue;
      }
      var trait = TRAITS.get(option);
      var value = words.hasNext() ? words.next() : "";
      if ((trait == null && !OTHERS.contains(option))
          || value.isBlank()
          || value.startsWith("-")
          || values.put(option, value) != null) {
        return Optional.empty();
      }
      if (trait != null) {
        named.put(trait, value);
      }
    }
    var config = values.get("--config");
    return flags > 1
        ? Optional.empty()
        : Optional.of(
            new Revoking(
                named,
                values.get("--before"),
                flags == 1,
                config == null ? null : Path.of(config)));
  }

  /**
   * Revokes, and returns the exit code.
   *
   * @throws Misuse if the arguments are wrong; then nothing was revoked
   */
  int run(PrintWriter out, PrintWriter err, Map<String, String> environment, Clock clock)
      throws Exception {
    return ConfigurationFile.withValid(
        err,
        () -> {
          check();
          var time = time(clock);
          var kept = Kept.read(config, environment, clock);
          var added = selectors(kept).stream().map(it -> new Revocation(it, time)).toList();
          try (kept) {
            kept.open().store().add(added);
            added.forEach(it -> report(out, it, kept));
          } catch (IOException e) {
            err.println("oneport: " + e.getMessage());
            return ExitCode.FAILED;
          }
          return ExitCode.OK;
        });
  }

  private void check() {
    if (named.isEmpty()) {
      throw new Misuse("name what to revoke: --caller, --token-id, --session or --issuer");
    }
    if (named.keySet().equals(Set.of(Trait.ISSUER)) && !yes) {
      throw new Misuse("this revokes everything that the issuer issued; add --yes if you mean it");
    }
  }

  private static void report(PrintWriter out, Revocation revocation, Kept kept) {
    out.println(
        "revoked: "
            + Printable.line(revocation.selector().toString())
            + ", issued before "
            + revocation.before()
            + "; kept in "
            + kept.store().place()
            + " until "
            + kept.until(revocation));
    out.flush();
  }

  private Instant time(Clock clock) {
    var now = clock.instant();
    if (before == null) {
      return now;
    }
    try {
      var time = Instant.parse(before);
      if (time.isAfter(now.plus(AHEAD))) {
        throw new Misuse(
            "--before is in the future: what is not issued yet cannot be revoked; take the caller"
                + " out of the policy instead");
      }
      if (time.isBefore(Instant.EPOCH)) {
        throw new Misuse("--before must be a time after 1970");
      }
      return time;
    } catch (DateTimeException e) {
      throw new Misuse(
          "--before must be a time such as 2026-11-29T18:00:00Z, not '" + before + "'");
    }
  }

  /** One for each issuer that the name stands for. */
  private List<Selector> selectors(Kept kept) {
    var identity = kept.identity();
    var wanted = named.get(Trait.CALLER);
    if (wanted != null) {
      identity
          .callerProblem(wanted, Set.of())
          .ifPresent(
              problem -> {
                throw new Misuse("'" + wanted + "' is not a caller here: it " + problem);
              });
    }
    var of = named.get(Trait.ISSUER);
    if (of == null) {
      return List.of(selector(named));
    }
    var issuers =
        Kept.issuers(identity, of)
            .orElseThrow(
                () ->
                    new Misuse(
                        "there is no issuer '"
                            + of
                            + "'"
                            + Spelling.hint(of, identity.names().orElse(Map.of()).keySet())
                            + "; the issuers are: "
                            + String.join(", ", identity.names().orElse(Map.of()).keySet())));
    var selectors = new ArrayList<Selector>();
    for (var each : issuers.stream().sorted().toList()) {
      var traits = new EnumMap<>(named);
      traits.put(Trait.ISSUER, each);
      selectors.add(selector(traits));
    }
    return selectors;
  }

  private static Selector selector(Map<Trait, String> traits) {
    try {
      return new Selector(traits);
    } catch (IllegalArgumentException e) {
      throw new Misuse("--" + e.getMessage());
    }
  }
}
