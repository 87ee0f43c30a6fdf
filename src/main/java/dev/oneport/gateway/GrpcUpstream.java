package dev.oneport.gateway;

import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.http2.client.ClientLimits;
import dev.oneport.transport.http2.client.ClientStream;
import dev.oneport.transport.http2.client.ConnectFailure;
import dev.oneport.transport.http2.client.Dialer;
import dev.oneport.transport.http2.client.Http2Client;
import dev.oneport.transport.http2.flow.StreamPart;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The connections to the addresses of one upstream, for gRPC. */
final class GrpcUpstream implements AutoCloseable {
  private final Upstream upstream;
  private final List<Http2Client> clients;

  /**
   * Creates an upstream without connections.
   *
   * @param memory bounds the answers that wait to be read
   * @throws IOException if the trusted certificates cannot be used
   */
  GrpcUpstream(Upstream upstream, RequestMemory memory) throws IOException {
    this.upstream = upstream;
    var limits = limits(upstream);
    var made = new ArrayList<Http2Client>();
    var tls = upstream.scheme().tls() ? UpstreamTls.context(upstream.ca()) : null;
    for (var address : upstream.addresses()) {
      made.add(new Http2Client(dialer(address, tls), limits, memory));
    }
    this.clients = List.copyOf(made);
  }

  private static Dialer dialer(Address address, @Nullable SSLContext tls) {
    return tls == null
        ? Dialer.plain(address.host(), address.port())
        : Dialer.tls(address.host(), address.port(), tls);
  }

  private static ClientLimits limits(Upstream upstream) {
    var defaults = ClientLimits.defaults();
    return defaults
        .withMaxHeaderListSize(upstream.maxHeaderSize())
        .withTimes(upstream.times().connect(), defaults.headers(), upstream.times().keepAlive());
  }

  Upstream upstream() {
    return upstream;
  }

  /** The upstream's {@code :authority}. */
  String authority() {
    return upstream.addresses().getFirst().authority(upstream.scheme().defaultPort());
  }

  /**
   * Opens a stream to the least busy address that can be reached.
   *
   * @throws ConnectFailure if no address can
   */
  ClientStream open(StreamPart first, Runnable arrived) throws ConnectFailure {
    var patience = upstream.times().connect();
    if (clients.size() == 1) {
      return clients.getFirst().open(first, arrived, patience);
    }
    return openAny(first, arrived, patience);
  }

  private ClientStream openAny(StreamPart first, Runnable arrived, Duration patience)
      throws ConnectFailure {
    var byLoad = clients.stream().sorted(Comparator.comparingInt(Http2Client::streams)).toList();
    for (var client : byLoad.subList(0, byLoad.size() - 1)) {
      try {
        return client.open(first, arrived, patience);
      } catch (ConnectFailure e) {
        System.getLogger(GrpcUpstream.class.getName())
            .log(System.Logger.Level.DEBUG, "{0}: {1}", upstream.name(), e.getMessage());
      }
    }
    return byLoad.getLast().open(first, arrived, patience);
  }

  /** Opens no more streams; open ones continue to their end. */
  void retire() {
    clients.forEach(Http2Client::retire);
  }

  @Override
  public void close() {
    clients.forEach(Http2Client::close);
  }
}
