package dev.oneport.cli;

import dev.oneport.fleet.Lapse;
import dev.oneport.fleet.Revocation;
import dev.oneport.fleet.RevocationFile;
import dev.oneport.fleet.RevocationSettings;
import dev.oneport.identity.Identity;
import dev.oneport.server.Plan;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The revocations of a configuration, for commands that read or write them. */
final class KeptRevocations {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The configuration of the servers; default: application.yaml here, or else the one in the"
              + " jar.")
  @Nullable Path config;

  /**
   * What is kept where, and by which issuers.
   *
   * @param file keeps them
   * @param path of the file, for messages
   */
  record Kept(RevocationFile file, Path path, Lapse lapse, Identity identity) {
    /** How long a revocation is kept, for people. */
    String until(Revocation revocation) {
      return lapse.of(revocation).map(Instant::toString).orElse("its line is removed");
    }
  }

  /**
   * Reads the configuration.
   *
   * @throws ParameterException if it keeps no revocations
   */
  Kept kept(Map<String, String> environment, Clock clock, CommandLine command) {
    var read =
        ConfigurationFile.read(
            ConfigurationFile.find(config), Serving.variables(environment, null, null), false);
    var mounted = MountedServices.find().with(read);
    var plan = Plan.readWithoutRevocations(read, mounted.services(), mounted.sample());
    var settings =
        plan.shared()
            .revocations()
            .orElseThrow(
                () ->
                    new ParameterException(
                        command,
                        "the configuration does not say where revocations are kept:"
                            + " set shared.revocations.file"));
    return kept(settings, plan.identity(), clock);
  }

  private static Kept kept(RevocationSettings settings, Identity identity, Clock clock) {
    var lapse = new Lapse(settings, () -> identity);
    return new Kept(new RevocationFile(settings, lapse, clock), settings.file(), lapse, identity);
  }

  /** The names of issuers that one name of the configuration stands for; empty if it is unknown. */
  static Optional<Set<String>> issuers(Identity identity, String name) {
    var names = identity.names().orElse(Map.of());
    var own = names.values().stream().anyMatch(it -> it.contains(name));
    return own ? Optional.of(Set.of(name)) : Optional.ofNullable(names.get(name));
  }
}
