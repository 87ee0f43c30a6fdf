package dev.oneport.condition;

import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import java.time.Instant;
import java.util.Map;

/**
 * A call that is only asked about, not made.
 *
 * @param parameters the values of the path's variables, as far as they are given
 * @param address the client's address; empty if it is not given
 */
public record AskedFacts(
    Caller caller, Route route, Map<String, String> parameters, String address, Instant now)
    implements Facts {
  /** A call of which nothing more is known. */
  public AskedFacts(Caller caller, Route route, Instant now) {
    this(caller, route, Map.of(), "", now);
  }

  public AskedFacts {
    parameters = Map.copyOf(parameters);
  }

  @Override
  public String method() {
    return switch (route.protocol()) {
      case HTTP -> route.name().substring(0, route.name().indexOf(' '));
      case GRPC -> "POST";
      case WS -> "GET";
    };
  }
}
