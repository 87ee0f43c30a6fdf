package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import dev.oneport.condition.Facts;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** What conditions can ask about a call on this server. */
record CallFacts(CallWatch call, Caller caller, InstantSource wall) implements Facts {
  @Override
  public Route route() {
    return call.route();
  }

  @Override
  public String method() {
    return call.method();
  }

  @Override
  public Map<String, String> parameters() {
    return call.arrival().parameters().get();
  }

  @Override
  public String address() {
    return call.arrival().client().text();
  }

  @Override
  public Instant now() {
    return wall.instant();
  }

  /** The same call by a known caller. */
  CallFacts by(Caller known) {
    return new CallFacts(call, known, wall);
  }
}
