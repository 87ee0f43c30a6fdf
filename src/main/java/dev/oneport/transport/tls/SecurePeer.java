package dev.oneport.transport.tls;

import io.helidon.common.socket.PeerInfo;
import java.net.SocketAddress;
import java.security.Principal;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** A client with the certificate that it has shown in the handshake; later it can show no other. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record SecurePeer(PeerInfo peer, Optional<Certificate[]> tlsCertificates) implements PeerInfo {
  static SecurePeer of(SSLSession session, PeerInfo peer) {
    try {
      return new SecurePeer(peer, Optional.of(session.getPeerCertificates()));
    } catch (SSLPeerUnverifiedException e) {
      return new SecurePeer(peer, Optional.empty());
    }
  }

  @Override
  public SocketAddress address() {
    return peer.address();
  }

  @Override
  public String host() {
    return peer.host();
  }

  @Override
  public int port() {
    return peer.port();
  }

  @Override
  public Optional<Principal> tlsPrincipal() {
    return tlsCertificates
        .filter(chain -> chain.length > 0 && chain[0] instanceof X509Certificate)
        .map(chain -> ((X509Certificate) chain[0]).getSubjectX500Principal());
  }
}
