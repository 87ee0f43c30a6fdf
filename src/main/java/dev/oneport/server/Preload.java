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
 * Loads slow parts that depend on no configuration while the configuration is read: Helidon's
 * service registry, which searches every jar, and the JDK's time zones and random numbers. They
 * would take a quarter of the start-up time on the main thread (measured).
 */
final class Preload {
  private Preload() {}

  /** Starts loading; code that builds Helidon's server waits for the end first. */
  static CompletableFuture<Void> begin() {
    Thread.startVirtualThread(Preload::poller);
    return CompletableFuture.allOf(beside(Preload::registry), beside(Preload::ofJava));
  }

  private static CompletableFuture<Void> beside(Runnable load) {
    return CompletableFuture.runAsync(load, task -> Background.start("preload", task));
  }

  /** Loads the registry, whose mappers the class initializer uses. */
  private static void registry() {
    var _ = Parameters.empty("preload");
  }

  private static void ofJava() {
    var _ = ZoneId.systemDefault();
    var _ = new SecureRandom().nextInt();
  }

  /**
   * Creates Java's poller, with which virtual threads wait for sockets. Java creates it when the
   * first one waits; if no file descriptor were left then, no connection could be served.
   */
  private static void poller() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(1);
      socket.accept().close();
    } catch (IOException e) {
      // No connection arrived, as expected.
    }
  }
}
