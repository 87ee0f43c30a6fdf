package dev.oneport.gate;

import dev.oneport.api.Route;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.CallSink;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/**
 * The way in to one handler: what its guard asks, and what it says of its calls, whichever protocol
 * they come by.
 *
 * @param errors what clients are told of exceptions
 */
public record Entrance(Gate gate, CallSink sink, Route route, ErrorMapping errors) {
  /** Begins to watch a call. */
  CallWatch watch(Request request, Arrival arrival) {
    return new CallWatch(sink, route, request, arrival);
  }

  /** What the client is told of an exception; empty if nothing is said about it. */
  Optional<StatusRuntimeException> mapped(Throwable thrown) {
    return errors.of(route, thrown);
  }
}
