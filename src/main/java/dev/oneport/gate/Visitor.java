package dev.oneport.gate;

import dev.oneport.api.Route;
import dev.oneport.identity.LogoutTokens;
import dev.oneport.identity.Sender;
import dev.oneport.trace.Trace;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.Headers;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The sender of an HTTP request, for handlers of open routes, where the guard does not check
 * tokens. It shows the gate's verdicts without making calls.
 */
public final class Visitor {
  private final Gate gate;
  private final Credential credential;
  private final Function<Route, Credential> credentials;
  private final Optional<Trace> trace;
  private final Sender sender;

  private Visitor(
      Gate gate,
      Credential credential,
      Function<Route, Credential> credentials,
      Optional<Trace> trace,
      Sender sender) {
    this.gate = gate;
    this.credential = credential;
    this.credentials = credentials;
    this.trace = trace;
    this.sender = sender;
  }

  /**
   * The sender of a request with these headers.
   *
   * @param info the other end of the connection that it came on
   */
  public static Visitor of(Headers headers, PeerInfo info, Gate gate) {
    var peer = info.address();
    var client = gate.perimeter().arrival(peer, headers).client();
    return new Visitor(
        gate,
        HttpGuard.credential(null, headers, gate, List.of(), Peer.of(info)),
        route -> HttpGuard.credential(route, headers, gate, List.of(), Peer.of(info)),
        HttpGuard.trace(headers),
        new Sender(peer, gate.perimeter().attempts(client)));
  }

  /** Identifies the caller again, since the token may have expired meanwhile. */
  public Identified identify() {
    return gate.identify(credential, sender);
  }

  /** The gate's current verdict for each mounted route, by the credential that decides there. */
  public List<Permission> permissions() {
    return gate.permissions(credentials, sender);
  }

  /** The caller's roles: those in the token, and those the policy adds. */
  public List<String> roles() {
    return switch (identify()) {
      case Identified.Known(var verified) -> gate.policy().roles(verified.caller());
      case Identified.Unknown _ -> List.of();
    };
  }

  /**
   * Accepts a logout token that the request carries.
   *
   * @return why it is refused, for the log; empty if it was accepted
   * @throws IOException if the sessions could not be ended
   */
  public Optional<String> logout(String token, LogoutTokens.Ending ending) throws IOException {
    return gate.logouts().accept(token, sender, ending);
  }

  /** The trace that the request belongs to. */
  public Optional<Trace> trace() {
    return trace;
  }
}
