package dev.oneport.server;

import io.helidon.common.parameters.Parameters;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;

/**
 * Loads what takes long and depends on no configuration, beside the reading of the configuration:
 * Helidon's service registry, which looks into every jar, and the JDK's random numbers and time
 * zones. A quarter of the start's time on the main thread, measured.
 */
final class Preload {
  private Preload() {}

  /** Begins; whoever builds something of Helidon's server waits for the end first. */
  static CompletableFuture<Void> begin() {
    return CompletableFuture.runAsync(
        Preload::load, task -> Thread.ofPlatform().daemon().name("preload").start(task));
  }

  private static void load() {
    // Their class is made with the mappers of the registry.
    var _ = Parameters.empty("preload");
    var _ = new SecureRandom().nextInt();
    var _ = ZoneId.systemDefault();
  }
}
