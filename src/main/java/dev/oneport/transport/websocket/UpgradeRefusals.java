package dev.oneport.transport.websocket;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;

/**
 * What a {@code WsListener} also is if upgrades on its route are to be refused in its words, and it
 * wants to hear of them.
 */
public interface UpgradeRefusals {
  /** The refusal, whose status, headers and message become the whole HTTP response. */
  RequestException refusal(RefusedUpgrade why, HttpPrologue prologue, Headers headers);
}
