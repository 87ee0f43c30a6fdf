package dev.oneport.transport.websocket;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;

/**
 * Implemented by a {@code WsListener} that provides the responses for refused upgrades on its
 * route, and is notified of them.
 */
public interface UpgradeRefusals {
  /** Whether the route is served now; if not, an upgrade is handled as if nobody had mounted it. */
  boolean served();

  /** The refusal, whose status, headers and message become the whole HTTP response. */
  RequestException refusal(RefusedUpgrade why, HttpPrologue prologue, Headers headers);

  /** Called when a request is not a valid handshake, with the answer that is sent. */
  void invalid(RequestException answer, HttpPrologue prologue, Headers headers);
}
