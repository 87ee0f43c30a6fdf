package dev.oneport.gateway;

import dev.oneport.gateway.standing.RestingUpstream;
import dev.oneport.gateway.standing.RetryBudget;
import dev.oneport.transport.http1.client.OriginLimits;
import dev.oneport.transport.http1.client.OriginTls;
import dev.oneport.transport.time.DeadlineWatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The HTTP/1.1 connections to one upstream. */
final class UpstreamPool {
  private final Upstream upstream;
  private final UpstreamStanding standing;
  private final List<Place> places = new ArrayList<>();
  private final Semaphore permits;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile boolean retired;

  UpstreamPool(Upstream upstream, UpstreamStanding standing, DeadlineWatch watchdog)
      throws IOException {
    this.upstream = upstream;
    this.standing = standing;
    this.permits = new Semaphore(upstream.maxConnections());
    var context =
        upstream.scheme().tls()
            ? Optional.of(UpstreamTls.context(upstream.ca()))
            : Optional.<SSLContext>empty();
    var times = upstream.times();
    var limits =
        new OriginLimits(
            times.connect(),
            times.firstByte(),
            times.idle(),
            times.keepAlive(),
            upstream.maxHeaderSize());
    for (int i = 0; i < upstream.addresses().size(); i++) {
      var address = upstream.addresses().get(i);
      var tls = context.map(it -> new OriginTls(it, address.host()));
      places.add(new Place(address, tls, limits, watchdog, standing.of(i)));
    }
  }

  /**
   * Acquires a connection for one call; {@link #giveBack} releases it.
   *
   * @param fresh whether to open a new connection
   * @throws IOException if no address can be reached; nothing was sent
   */
  Lent take(boolean fresh) throws IOException, InterruptedException {
    if (!permits.tryAcquire(upstream.times().connect().toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IOException("all " + upstream.maxConnections() + " connections are in use");
    }
    // Not created in advance: the stack trace of each call would cost more than the call's thread.
    @Nullable IOException failure = null;
    for (var place : inOrder()) {
      place.callBegins();
      try {
        place.checkHealthy();
        var open = fresh ? null : place.reuse();
        return open == null ? new Lent(place.connect(), place, false) : new Lent(open, place, true);
      } catch (RestingUpstream e) {
        place.callEnds();
        failure = failure == null ? e : failure;
      } catch (IOException e) {
        place.callEnds();
        failure = new IOException(place.address() + ": " + e, e);
      } catch (RuntimeException e) {
        place.callEnds();
        permits.release();
        throw e;
      }
    }
    permits.release();
    throw failure == null ? new IOException("no address") : failure;
  }

  /** Opens a connection for a socket, outside the limit for requests; {@link #end} closes it. */
  Lent open() throws IOException {
    @Nullable IOException failure = null;
    for (var place : inOrder()) {
      try {
        place.checkHealthy();
        var connection = place.connect();
        place.callBegins();
        return new Lent(connection, place, false);
      } catch (RestingUpstream e) {
        failure = failure == null ? e : failure;
      } catch (IOException e) {
        failure = new IOException(place.address() + ": " + e, e);
      }
    }
    throw failure == null ? new IOException("no address") : failure;
  }

  /** The retries of the upstream's calls. */
  RetryBudget budget() {
    return standing.budget();
  }

  /** Closes a socket's connection. */
  void end(Lent lent) {
    lent.place().callEnds();
    lent.connection().close();
  }

  /** Sorts addresses: reachable ones first, then by the number of their calls. */
  private List<Place> inOrder() {
    if (places.size() == 1) {
      return places;
    }
    int first = Math.floorMod(turn.getAndIncrement(), places.size());
    var order = new ArrayList<>(places.subList(first, places.size()));
    order.addAll(places.subList(0, first));
    order.sort(Comparator.comparing(Place::isDown).thenComparingInt(Place::calls));
    return order;
  }

  /** Ends a call's use of a connection, once, which is kept if it can be used again. */
  void giveBack(Lent lent) {
    if (!lent.end()) {
      return;
    }
    lent.place().callEnds();
    permits.release();
    if (lent.connection().isReusable() && !retired) {
      lent.place().keep(lent.connection());
      if (retired) {
        lent.place().closeIdle();
      }
    } else {
      lent.connection().close();
    }
  }

  /** Keeps no more idle connections; calls in flight continue. */
  void retire() {
    retired = true;
    places.forEach(Place::closeIdle);
  }
}
