package dev.oneport.gate;

import dev.oneport.identity.ClientCertificate;
import io.helidon.common.socket.PeerInfo;
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection.
 *
 * @param address null if it has none
 * @param certificate what it has shown in the handshake
 */
record Peer(@Nullable SocketAddress address, Optional<ClientCertificate> certificate) {
  static Peer of(@Nullable PeerInfo info) {
    return info == null
        ? new Peer(null, Optional.empty())
        : new Peer(info.address(), ClientCertificate.ofHandshake(info.tlsCertificates()));
  }
}
