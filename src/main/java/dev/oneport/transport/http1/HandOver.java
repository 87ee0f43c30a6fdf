package dev.oneport.transport.http1;

import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * Runs the upgraded connection after Helidon's HTTP/1.1 connection has returned instead of inside
 * it, so that its head, reader and stack frames can be collected.
 */
final class HandOver implements Http1Upgrader {
  private final Http1Upgrader upgrader;

  HandOver(Http1Upgrader upgrader) {
    this.upgrader = upgrader;
  }

  @Override
  public String supportedProtocol() {
    return upgrader.supportedProtocol();
  }

  @Override
  public @Nullable ServerConnection upgrade(
      ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
    return ((GuardedContext) context)
        .session()
        .upgrade(unguarded -> upgrader.upgrade(unguarded, prologue, headers));
  }
}
