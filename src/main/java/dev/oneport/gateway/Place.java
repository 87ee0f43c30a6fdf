package dev.oneport.gateway;

import dev.oneport.gateway.standing.AddressStanding;
import dev.oneport.gateway.standing.RestingUpstream;
import dev.oneport.transport.http1.client.OriginConnection;
import dev.oneport.transport.http1.client.OriginLimits;
import dev.oneport.transport.http1.client.OriginTls;
import dev.oneport.transport.time.DeadlineWatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One address of an upstream: its connections, and whether it was recently reachable. */
final class Place {
  /** How long an unreachable address is avoided if there are others. */
  private static final Duration REST = Duration.ofSeconds(5);

  /** How many addresses of one name are tried. */
  private static final int MAX_TRIES = 4;

  private final Address address;
  private final Optional<OriginTls> tls;
  private final OriginLimits limits;
  private final DeadlineWatch watchdog;
  private final AddressStanding standing;
  private final ConcurrentLinkedDeque<OriginConnection> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile long downUntil;

  Place(
      Address address,
      Optional<OriginTls> tls,
      OriginLimits limits,
      DeadlineWatch watchdog,
      AddressStanding standing) {
    this.address = address;
    this.tls = tls;
    this.limits = limits;
    this.watchdog = watchdog;
    this.standing = standing;
  }

  Address address() {
    return address;
  }

  /** The number of calls in flight to this address. */
  int calls() {
    return calls.get();
  }

  void callBegins() {
    calls.incrementAndGet();
  }

  void callEnds() {
    calls.decrementAndGet();
  }

  /** Whether the address is unhealthy, or was unreachable a short time ago. */
  boolean isDown() {
    return !standing.isHealthy() || watchdog.now() < downUntil;
  }

  /** Throws if its checks found the address unhealthy. */
  void checkHealthy() throws RestingUpstream {
    standing.checkHealthy();
  }

  /** An idle connection; null if there is none. */
  @Nullable OriginConnection reuse() {
    while (true) {
      var connection = idle.pollFirst();
      if (connection == null || connection.isClean()) {
        return connection;
      }
      connection.close();
    }
  }

  /**
   * Opens a connection; resolves the name each time.
   *
   * @throws RestingUpstream if it was not tried, because that failed too often
   */
  OriginConnection connect() throws IOException {
    try {
      return standing.connect(this::dial);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private OriginConnection dial() throws IOException {
    IOException failure = new IOException("no address for " + address.host());
    try {
      var resolved = InetAddress.getAllByName(address.host());
      for (int i = 0; i < Math.min(MAX_TRIES, resolved.length); i++) {
        try {
          var connection =
              OriginConnection.open(
                  new InetSocketAddress(resolved[i], address.port()), tls, limits, watchdog);
          if (connection.spokeFirst()) {
            connection.close();
            throw new IOException("the server answers before it is asked");
          }
          downUntil = 0;
          return connection;
        } catch (IOException e) {
          failure = e;
        }
      }
    } catch (IOException e) {
      failure = e;
    }
    downUntil = watchdog.after(REST);
    throw failure;
  }

  void keep(OriginConnection connection) {
    connection.rest();
    idle.addFirst(connection);
    idle.removeIf(OriginConnection::isClosed);
  }

  void closeIdle() {
    for (var each = idle.pollFirst(); each != null; each = idle.pollFirst()) {
      each.close();
    }
  }
}
