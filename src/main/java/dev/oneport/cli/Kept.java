package dev.oneport.cli;

import dev.oneport.fleet.Fleet;
import dev.oneport.fleet.Lapse;
import dev.oneport.fleet.Revocation;
import dev.oneport.fleet.RevocationStore;
import dev.oneport.fleet.SharedRedis;
import dev.oneport.identity.Identity;
import dev.oneport.server.ConfiguredRedis;
import dev.oneport.server.RevocationPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is kept where, and by which issuers.
 *
 * @param store keeps them
 */
record Kept(RevocationStore store, Optional<SharedRedis> redis, Lapse lapse, Identity identity)
    implements AutoCloseable {
  /** How long a command waits for Redis. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long a revocation is kept, for people. */
  String until(Revocation revocation) {
    return lapse.of(revocation).map(Instant::toString).orElse("it is removed there");
  }

  /**
   * Waits until the store can be asked.
   *
   * @throws IOException if it cannot
   */
  Kept open() throws IOException, InterruptedException {
    if (redis.isPresent()) {
      redis.get().start();
      var problem = redis.get().awaitAnswer(PATIENCE);
      if (problem.isPresent()) {
        throw new IOException(problem.get());
      }
    }
    return this;
  }

  @Override
  public void close() {
    store.close();
    redis.ifPresent(SharedRedis::close);
  }

  /**
   * Reads the configuration.
   *
   * @param config the file, if one is given
   * @throws Misuse if it keeps no revocations
   */
  static Kept read(@Nullable Path config, Map<String, String> environment, Clock clock) {
    var read =
        ConfigurationFile.read(
            ConfigurationFile.find(config), Serving.variables(environment, null, null), false);
    var plan = RevocationPlan.read(read);
    var settings =
        plan.shared()
            .revocations()
            .orElseThrow(
                () ->
                    new Misuse(
                        "the configuration does not say where revocations are kept:"
                            + " set shared.redis or shared.revocations.file"));
    var identity = plan.identity();
    var lapse = new Lapse(settings, () -> identity);
    var redis = ConfiguredRedis.of(plan.shared().redis());
    return new Kept(Fleet.store(settings, redis, lapse, clock), redis, lapse, identity);
  }

  /** The names of issuers that one name of the configuration stands for; empty if it is unknown. */
  static Optional<Set<String>> issuers(Identity identity, String name) {
    var names = identity.names().orElse(Map.of());
    var own = names.values().stream().anyMatch(it -> it.contains(name));
    return own ? Optional.of(Set.of(name)) : Optional.ofNullable(names.get(name));
  }
}
