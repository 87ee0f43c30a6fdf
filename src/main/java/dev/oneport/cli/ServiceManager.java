package dev.oneport.cli;

import java.util.Map;

/**
 * Tells systemd when the server is ready and when it stops, by the protocol of {@code
 * sd_notify(3)}. Without {@code NOTIFY_SOCKET} it does nothing. A failure never harms the server.
 */
record ServiceManager(String socket) {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  static ServiceManager of(Map<String, String> environment) {
    return new ServiceManager(environment.getOrDefault("NOTIFY_SOCKET", ""));
  }

  void ready(int port) {
    send("READY=1\nSTATUS=listening on port " + port);
  }

  void stopping() {
    send("STOPPING=1\nSTATUS=stopping");
  }

  private void send(String text) {
    if (socket.isEmpty()) {
      return;
    }
    try {
      if (!NotifySocket.send(socket, text)) {
        failed();
      }
    } catch (Throwable e) {
      LOG.log(System.Logger.Level.DEBUG, "no notification", e);
      failed();
    }
  }

  private void failed() {
    LOG.log(System.Logger.Level.WARNING, "NOTIFY_SOCKET: {0} cannot be notified", socket);
  }
}
