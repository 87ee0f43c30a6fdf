package dev.oneport.cli;

import dev.oneport.fleet.Trait;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
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
    var line = spec.commandLine();
    try {
      return new Revoking(named(), before, yes, revocations.config)
          .run(line.getOut(), line.getErr(), environment, clock);
    } catch (Misuse e) {
      throw new ParameterException(line, e.getMessage(), e);
    }
  }

  private Map<Trait, String> named() {
    var named = new EnumMap<Trait, String>(Trait.class);
    put(named, Trait.CALLER, caller);
    put(named, Trait.TOKEN_ID, tokenId);
    put(named, Trait.SESSION, session);
    put(named, Trait.ISSUER, issuer);
    return named;
  }

  private static void put(Map<Trait, String> named, Trait trait, @Nullable String value) {
    if (value != null) {
      named.put(trait, value);
    }
  }
}
