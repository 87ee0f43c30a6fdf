package dev.oneport.server;

import dev.oneport.threads.Background;
import io.helidon.common.parameters.Parameters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
    Thread.startVirtualThread(Preload::poller);
    return CompletableFuture.allOf(beside(Preload::registry), beside(Preload::ofJava));
  }

  private static CompletableFuture<Void> beside(Runnable load) {
    return CompletableFuture.runAsync(load, task -> Background.start("preload", task));
  }

  /** Their class is made with the mappers of the registry. */
  private static void registry() {
    var _ = Parameters.empty("preload");
  }

  private static void ofJava() {
    var _ = ZoneId.systemDefault();
    var _ = new SecureRandom().nextInt();
  }

  /**
   * Java's poller, which every virtual thread waits with for its socket, is made with the first one
   * that waits. Were there no file left for it then, no connection could be served ever after.
   */
  private static void poller() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(1);
      socket.accept().close();
    } catch (IOException e) {
      // Nobody came, as expected.
    }
  }
}
