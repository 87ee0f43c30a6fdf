package dev.oneport.cli;

import dev.oneport.cli.KeptRevocations.Kept;
import dev.oneport.config.Spelling;
import dev.oneport.fleet.Revocation;
import dev.oneport.fleet.Selector;
import dev.oneport.fleet.Trait;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oneport revoke}: revokes credentials on all servers that share revocations. */
@Command(
    name = "revoke",
    description = {
      "Revoke credentials before they expire, on all servers that share revocations.",
      "What is named must agree with a credential in all. Its open calls end at once."
    },
    footer = {
      "",
      "Examples:",
      "  oneport revoke --caller alice@example.com",
      "  oneport revoke --issuer google --token-id 5b2e",
      "  oneport revoke --issuer google --before 2026-11-29T18:00:00Z --yes"
    })
final class RevokeCommand implements Callable<Integer> {
  /** Clocks differ; more than that is a mistake. */
  private static final Duration AHEAD = Duration.ofMinutes(5);

  @Option(
      names = "--caller",
      paramLabel = "NAME",
      description = "The caller as the policy names it, with its issuer's prefix.")
  @Nullable String caller;

  @Option(names = "--token-id", paramLabel = "JTI", description = "The jti of one token.")
  @Nullable String tokenId;

  @Option(names = "--session", paramLabel = "SID", description = "The sid of a session's tokens.")
  @Nullable String session;

  @Option(
      names = "--issuer",
      paramLabel = "NAME",
      description = "The issuer's name in the configuration; alone: everything that it issued.")
  @Nullable String issuer;

  @Option(
      names = "--before",
      paramLabel = "TIME",
      description =
          "Revoke what was issued before this time. Default: now. What does not say when it was"
              + " issued is always revoked.")
  @Nullable String before;

  @Option(names = "--yes", description = "Do revoke everything of an issuer.")
  boolean yes;

  @Mixin KeptRevocations revocations = new KeptRevocations();

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Map<String, String> environment;
  private final Clock clock;

  RevokeCommand(Map<String, String> environment, Clock clock) {
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() throws Exception {
    var err = spec.commandLine().getErr();
    return ConfigurationFile.withValid(
        err,
        () -> {
          var named = named();
          var time = time();
          var kept = revocations.kept(environment, clock, spec.commandLine());
          var added = selectors(named, kept).stream().map(it -> new Revocation(it, time)).toList();
          try (kept) {
            kept.open().store().add(added);
            added.forEach(it -> report(it, kept));
          } catch (IOException e) {
            err.println("oneport: " + e.getMessage());
            return ExitCode.FAILED;
          }
          return ExitCode.OK;
        });
  }

  private void report(Revocation revocation, Kept kept) {
    var out = spec.commandLine().getOut();
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

  private Map<Trait, String> named() {
    var named = new EnumMap<Trait, String>(Trait.class);
    put(named, Trait.CALLER, caller);
    put(named, Trait.TOKEN_ID, tokenId);
    put(named, Trait.SESSION, session);
    put(named, Trait.ISSUER, issuer);
    if (named.isEmpty()) {
      throw wrong("name what to revoke: --caller, --token-id, --session or --issuer");
    }
    if (named.keySet().equals(Set.of(Trait.ISSUER)) && !yes) {
      throw wrong("this revokes everything that the issuer issued; add --yes if you mean it");
    }
    return named;
  }

  private static void put(Map<Trait, String> named, Trait trait, @Nullable String value) {
    if (value != null) {
      named.put(trait, value);
    }
  }

  private Instant time() {
    var now = clock.instant();
    if (before == null) {
      return now;
    }
    try {
      var time = Instant.parse(before);
      if (time.isAfter(now.plus(AHEAD))) {
        throw wrong(
            "--before is in the future: what is not issued yet cannot be revoked; take the caller"
                + " out of the policy instead");
      }
      if (time.isBefore(Instant.EPOCH)) {
        throw wrong("--before must be a time after 1970");
      }
      return time;
    } catch (DateTimeException e) {
      throw wrong("--before must be a time such as 2026-11-29T18:00:00Z, not '" + before + "'");
    }
  }

  /** One for each issuer that the name stands for. */
  private List<Selector> selectors(Map<Trait, String> named, Kept kept) {
    var identity = kept.identity();
    var wanted = named.get(Trait.CALLER);
    if (wanted != null) {
      identity
          .callerProblem(wanted, Set.of())
          .ifPresent(
              problem -> {
                throw wrong("'" + wanted + "' is not a caller here: it " + problem);
              });
    }
    var of = named.get(Trait.ISSUER);
    if (of == null) {
      return List.of(selector(named));
    }
    var issuers =
        KeptRevocations.issuers(identity, of)
            .orElseThrow(
                () ->
                    wrong(
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

  private Selector selector(Map<Trait, String> traits) {
    try {
      return new Selector(traits);
    } catch (IllegalArgumentException e) {
      throw wrong("--" + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
