package dev.oneport.transport.http1;

import dev.oneport.transport.DelegatingContext;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;

/** The context for Helidon's connection, which refers to the session around it. */
final class GuardedContext extends DelegatingContext {
  private final Http1Session session;
  private final PeerInfo peer;

  GuardedContext(
      Http1Session session, ConnectionContext context, DataReader reader, DataWriter writer) {
    super(context, reader, writer);
    this.session = session;
    this.peer = context.remotePeer();
  }

  /** Helidon's socket creates another object for each call. */
  @Override
  public PeerInfo remotePeer() {
    return peer;
  }

  Http1Session session() {
    return session;
  }
}
