package dev.oneport.transport.http1;

import dev.oneport.transport.DelegatingContext;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;

/**
 * A connection's context that finds its two ends once: Helidon's socket creates another object, and
 * asks the system again, for each request (4.5.0).
 */
final class KnownPeers extends DelegatingContext {
  private final PeerInfo remote;
  private final PeerInfo local;

  KnownPeers(ConnectionContext context) {
    super(context, context.dataReader(), context.dataWriter());
    this.remote = context.remotePeer();
    this.local = context.localPeer();
  }

  @Override
  public PeerInfo remotePeer() {
    return remote;
  }

  @Override
  public PeerInfo localPeer() {
    return local;
  }
}
