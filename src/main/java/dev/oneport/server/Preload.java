package dev.oneport.server;

import io.helidon.common.parameters.Parameters;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;

/**
 * Loads what takes long and depends on no configuration, beside the reading of the configuration:
 * Helidon's service registry, which looks into every jar, and the JDK's time zones and random
 * numbers. A quarter of the start's time on the main thread, measured.
 */
final class Preload {
  private Preload() {}

  /** Begins; whoever builds something of Helidon's server waits for the end first. */
  static CompletableFuture<Void> begin() {
    return CompletableFuture.allOf(beside(Preload::registry), beside(Preload::ofJava));
  }

  private static CompletableFuture<Void> beside(Runnable load) {
    return CompletableFuture.runAsync(
        load, task -> Thread.ofPlatform().daemon().name("preload").start(task));
  }

  /** Their class is made with the mappers of the registry. */
  private static void registry() {
    var _ = Parameters.empty("preload");
  }

  private static void ofJava() {
    var _ = ZoneId.systemDefault();
    var _ = new SecureRandom().nextInt();
  }
}
