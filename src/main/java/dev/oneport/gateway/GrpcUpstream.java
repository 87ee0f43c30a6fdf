package dev.oneport.gateway;

import dev.oneport.gateway.standing.AddressStanding;
import dev.oneport.gateway.standing.RestingUpstream;
import dev.oneport.gateway.standing.RetryBudget;
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
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The connections to the addresses of one upstream, for gRPC. */
final class GrpcUpstream implements AutoCloseable {
  /** The connections to one address. */
  private record Line(Http2Client client, AddressStanding standing) {
    ClientStream open(StreamPart first, Runnable arrived, Duration patience)
        throws ConnectFailure, RestingUpstream {
      standing.checkHealthy();
      if (client.connections() > 0) {
        return client.open(first, arrived, patience);
      }
      try {
        return standing.connect(() -> client.open(first, arrived, patience));
      } catch (ConnectFailure | RestingUpstream | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private final Upstream upstream;
  private final UpstreamStanding standing;
  private final List<Line> lines;

  /**
   * Creates an upstream without connections.
   *
   * @param memory bounds the answers that wait to be read
   * @param standing which addresses may be tried
   * @throws IOException if the trusted certificates cannot be used
   */
  GrpcUpstream(Upstream upstream, RequestMemory memory, UpstreamStanding standing)
      throws IOException {
    this.upstream = upstream;
    this.standing = standing;
    var made = new ArrayList<Line>();
    for (int i = 0; i < upstream.addresses().size(); i++) {
      var client = client(upstream, upstream.addresses().get(i), memory);
      made.add(new Line(client, standing.of(i)));
    }
    this.lines = List.copyOf(made);
  }

  /**
   * A client of one address, without connections.
   *
   * @throws IOException if the trusted certificates cannot be used
   */
  static Http2Client client(Upstream upstream, Address address, RequestMemory memory)
      throws IOException {
    var tls = upstream.scheme().tls() ? UpstreamTls.context(upstream.ca()) : null;
    return new Http2Client(dialer(address, tls), limits(upstream), memory);
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

  /** The retries of the upstream's calls. */
  RetryBudget budget() {
    return standing.budget();
  }

  /**
   * Opens a stream to the least busy address that can be reached.
   *
   * @throws ConnectFailure if no address can
   * @throws RestingUpstream if none was tried
   */
  ClientStream open(StreamPart first, Runnable arrived) throws ConnectFailure, RestingUpstream {
    var patience = upstream.times().connect();
    if (lines.size() == 1) {
      return lines.getFirst().open(first, arrived, patience);
    }
    return openAny(first, arrived, patience);
  }

  private ClientStream openAny(StreamPart first, Runnable arrived, Duration patience)
      throws ConnectFailure, RestingUpstream {
    @Nullable ConnectFailure failed = null;
    @Nullable RestingUpstream resting = null;
    var byLoad =
        lines.stream().sorted(Comparator.comparingInt(line -> line.client().streams())).toList();
    for (var line : byLoad) {
      try {
        return line.open(first, arrived, patience);
      } catch (ConnectFailure e) {
        failed = e;
      } catch (RestingUpstream e) {
        resting = e;
      }
    }
    if (failed != null) {
      throw failed;
    }
    throw Objects.requireNonNull(resting);
  }

  /** Opens no more streams; open ones continue to their end. */
  void retire() {
    lines.forEach(line -> line.client().retire());
  }

  @Override
  public void close() {
    lines.forEach(line -> line.client().close());
  }
}
