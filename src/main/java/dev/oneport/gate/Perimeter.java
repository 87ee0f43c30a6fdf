package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.gate.Decision.Denied;
import dev.oneport.identity.Attempts;
import dev.oneport.proxies.Client;
import dev.oneport.proxies.Hosts;
import dev.oneport.proxies.Proxies;
import dev.oneport.time.Clocks;
import dev.oneport.transport.limit.AddressLimits;
import dev.oneport.transport.limit.PerAddress;
import io.grpc.StatusException;
import io.helidon.common.socket.SocketContext;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.http.Handler;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The checks of every request that need no caller: where it comes from, which host it asks for, and
 * how much else its client's address does.
 *
 * @param secure whether connections to this server are encrypted
 */
public record Perimeter(Proxies proxies, Hosts hosts, AddressLimits limits, boolean secure) {
  private static final int LONGEST_HOST = 255;

  /** Trusts no proxy, answers to any host, and limits no address. */
  public static Perimeter open() {
    return new Perimeter(
        Proxies.NONE, Hosts.ANY, new AddressLimits(PerAddress.OFF, Clocks.steadySource()), false);
  }

  /** The client and the host of an HTTP request or a WebSocket upgrade. */
  Arrival arrival(@Nullable SocketAddress peer, Headers headers) {
    return arrival(
        peer,
        name -> headers.all(HeaderNames.create(name), List::of),
        headers.first(HeaderNames.HOST).orElse(""));
  }

  /** The client and the host of a request with these headers. */
  Arrival arrival(
      @Nullable SocketAddress peer, Function<String, List<String>> headers, String host) {
    var client = peer == null ? Client.UNKNOWN : proxies.client(peer, headers);
    return new Arrival(client, shortened(host));
  }

  /** This server's origin as the client of an HTTP request sees it; empty if unknown. */
  public String origin(SocketContext socket, Headers headers) {
    return arrival(socket.remotePeer().address(), headers).origin(socket.isSecure());
  }

  /** Counts a call against the limit of its client's address; the time to wait beyond that. */
  Optional<Duration> tryCall(Client client) {
    return client.proxy() ? Optional.empty() : limits.call(client.address());
  }

  /** How many invalid tokens a client may still send. */
  Attempts attempts(Client client) {
    return client.proxy() ? Attempts.UNLIMITED : new AddressAttempts(limits, client.address());
  }

  private record AddressAttempts(AddressLimits limits, @Nullable InetAddress address)
      implements Attempts {
    @Override
    public Optional<Duration> toWait() {
      return limits.tokenWait(address);
    }

    @Override
    public void failed() {
      limits.tokenFailed(address);
    }
  }

  /** Counts a call that is refused for another reason anyway. */
  public void count(@Nullable SocketAddress peer, Headers headers) {
    var _ = tryCall(arrival(peer, headers).client());
  }

  /**
   * Why a request is refused whatever it asks for: it is for a host that the server does not answer
   * to, or its address makes too many. A request for another host counts as well.
   */
  Optional<Denied> turnedAway(Arrival arrival) {
    var wait = tryCall(arrival.client());
    if (!hosts.allow(arrival.host())) {
      return Optional.of(
          Gate.denied(Reason.MISDIRECTED_REQUEST, "asked for the host " + arrival.host()));
    }
    return wait.map(
        time ->
            new Denied(
                Reason.LIMIT_EXCEEDED,
                Caller.ANONYMOUS,
                "too many calls a second of one address",
                time));
  }

  /** No longer than any name, because calls keep it. */
  private static String shortened(String host) {
    return host.length() > LONGEST_HOST ? host.substring(0, LONGEST_HOST) : host;
  }

  /** The same for a gRPC call of an unknown method, as its status. */
  public Optional<StatusException> turnedAway(
      @Nullable SocketAddress peer, Function<String, List<String>> headers, String host) {
    return turnedAway(arrival(peer, headers, host))
        .map(denied -> GrpcProblem.of(denied.reason(), denied.retryAfter()));
  }

  /** Counts the requests that a handler answers without a route as calls of their address. */
  public Handler limit(Handler handler) {
    return (request, response) -> {
      var arrival = arrival(request.remotePeer().address(), request.headers());
      var wait = tryCall(arrival.client());
      if (wait.isPresent()) {
        HttpProblem.of(Reason.LIMIT_EXCEEDED, wait.get()).send(response);
      } else {
        handler.handle(request, response);
      }
    };
  }

  /**
   * Checks the host before a handler that has no guard. Requests for other hosts count as calls;
   * others only if the handler counts them.
   */
  public Handler guard(Handler handler) {
    return (request, response) -> {
      if (hosts.allow(request.headers().first(HeaderNames.HOST).orElse(""))) {
        handler.handle(request, response);
      } else {
        count(request.remotePeer().address(), request.headers());
        HttpProblem.of(Reason.MISDIRECTED_REQUEST).send(response);
      }
    };
  }
}
