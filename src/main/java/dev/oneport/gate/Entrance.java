package dev.oneport.gate;

import dev.oneport.api.Route;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.CallSink;
import dev.oneport.record.CallTracer;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/**
 * What the guard of one handler needs, on every protocol: the gate that decides, the sink that
 * records its calls, the tracer that makes them spans, and its route.
 *
 * @param errors maps the handler's exceptions to statuses
 */
public record Entrance(
    Gate gate, CallSink sink, CallTracer tracer, Route route, ErrorMapping errors) {
  /** Starts to measure a call. */
  CallWatch watch(Request request, Arrival arrival) {
    var span = tracer.begin(route, request, () -> arrival.origin(gate.perimeter().secure()));
    return new CallWatch(sink, route, request, arrival, span);
  }

  /** The status for an exception; empty if it is not mapped. */
  Optional<StatusRuntimeException> mapped(Throwable thrown) {
    return errors.of(route, thrown);
  }
}
