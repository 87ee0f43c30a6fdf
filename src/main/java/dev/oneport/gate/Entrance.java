package dev.oneport.gate;

import dev.oneport.api.Route;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.CallSink;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/**
 * What the guard of one handler needs, on every protocol: the gate that decides, the sink that
 * records its calls, and its route.
 *
 * @param errors maps the handler's exceptions to statuses
 */
public record Entrance(Gate gate, CallSink sink, Route route, ErrorMapping errors) {
  /** Starts to measure a call. */
  CallWatch watch(Request request, Arrival arrival) {
    return new CallWatch(sink, route, request, arrival);
  }

  /** The status for an exception; empty if it is not mapped. */
  Optional<StatusRuntimeException> mapped(Throwable thrown) {
    return errors.of(route, thrown);
  }
}
