package dev.oneport.transport.websocket;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;

/**
 * Implemented by a {@code WsListener} that words the refusals of upgrades on its route and is told
 * about them.
 */
public interface UpgradeRefusals {
  /** The refusal, whose status, headers and message become the whole HTTP response. */
  RequestException refusal(RefusedUpgrade why, HttpPrologue prologue, Headers headers);

  /** The request is not a valid handshake, and is answered as given. */
  void invalid(RequestException answer, HttpPrologue prologue, Headers headers);
}
