package dev.oneport.condition;

import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import java.time.Instant;
import java.util.Map;

/** What a condition can ask about a call. Each is asked for only if the expression uses it. */
public interface Facts {
  /** Who calls, with the claims of the token that its issuer lists. */
  Caller caller();

  Route route();

  /** The HTTP method of the request; {@code POST} for gRPC and {@code GET} for WebSockets. */
  String method();

  /** The values of the path's variables, by name. */
  Map<String, String> parameters();

  /** The resolved address of the client, as text; empty if it is not known. */
  String address();

  /** The time of the decision. */
  Instant now();
}
