package dev.oneport.server;

import dev.oneport.gate.Perimeter;
import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.StatusException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Counts gRPC calls of methods that nobody serves against the limit of their address. */
record UnknownMethods(Perimeter perimeter)
    implements Function<Http2Stream, Optional<StatusException>> {
  @Override
  public Optional<StatusException> apply(Http2Stream call) {
    var head = call.request();
    return perimeter.turnedAway(
        call.context().remotePeer().address(),
        name -> values(head.fields(), name),
        head.authority());
  }

  private static List<String> values(List<HeaderField> fields, String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(HeaderField::value)
        .toList();
  }
}
