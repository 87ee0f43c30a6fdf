package dev.oneport.transport.grpc;

import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.CallMethod;
import dev.oneport.transport.calls.Deadlines;
import dev.oneport.transport.calls.Encodings;
import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.StreamHandler;
import dev.oneport.transport.http2.StreamProtocol;
import io.grpc.Context;
import io.grpc.Decompressor;
import java.util.Optional;

/**
 * gRPC on an HTTP/2 connection: accepts requests whose content type is gRPC with protobuf, and
 * leaves all others to plain HTTP, even if they accept trailers, as clients of gRPC-Web and Connect
 * may.
 */
public final class GrpcProtocol implements StreamProtocol {
  private static final String TYPE = "application/grpc";

  private final GrpcLimits limits;
  private final RequestMemory memory;
  private final FailureStatus failures;
  private final GrpcServices services;
  private final Deadlines deadlines = new Deadlines();

  /**
   * Serves these services.
   *
   * @param limits of messages
   * @param memory that messages share
   * @param failures adds details to the status of failures in the transport
   * @param services all services that can be called
   */
  public GrpcProtocol(
      GrpcLimits limits, RequestMemory memory, FailureStatus failures, GrpcServices services) {
    this.limits = limits;
    this.memory = memory;
    this.failures = failures;
    this.services = services;
  }

  @Override
  public Optional<StreamHandler> handler(Http2Stream stream) {
    var head = stream.request();
    if (!isGrpc(head.contentType())) {
      return Optional.empty();
    }
    var method = services.find(head.path());
    if (head.isTooLarge()) {
      return Optional.of(
          method.isEmpty()
              ? refusal(stream, "200", GrpcFailure.METADATA_TOO_LARGE)
              : refused(
                  stream,
                  method.get(),
                  new CallFailure(GrpcFailure.METADATA_TOO_LARGE, "metadata too large")));
    }
    if (!head.method().equals("POST")) {
      return Optional.of(refusal(stream, "405", GrpcFailure.NOT_POST));
    }
    if (method.isEmpty()) {
      return Optional.of(refusal(stream, "200", GrpcFailure.METHOD_UNKNOWN));
    }
    return Optional.of(call(stream, method.get()));
  }

  /** Messages in other formats are not supported; plain HTTP answers them with 415. */
  private static boolean isGrpc(String contentType) {
    int end = contentType.indexOf(';');
    var type = (end < 0 ? contentType : contentType.substring(0, end)).strip();
    return type.equalsIgnoreCase(TYPE) || type.equalsIgnoreCase(TYPE + "+proto");
  }

  private StreamHandler refusal(Http2Stream stream, String httpStatus, GrpcFailure failure) {
    return services
        .turnedAway(stream)
        .map(told -> new GrpcRefusal(stream, "200", () -> told))
        .orElseGet(() -> new GrpcRefusal(stream, httpStatus, () -> failures.orPlain(failure)));
  }

  private StreamHandler call(Http2Stream stream, CallMethod<?, ?> method) {
    var head = stream.request();
    try {
      var decompressor =
          method.isRaw()
              ? Optional.<Decompressor>empty()
              : Encodings.decompressor(head.first("grpc-encoding"));
      var timeout = head.first("grpc-timeout");
      if (timeout.isEmpty()) {
        return wire(stream, method, decompressor, services.context().withCancellation());
      }
      var context = deadlines.context(services.context(), GrpcTimeout.nanos(timeout.get()));
      var wire = wire(stream, method, decompressor, context);
      Deadlines.whenOver(context, () -> wire.call().fail(GrpcFailure.DEADLINE_EXCEEDED));
      return wire;
    } catch (CallFailure e) {
      return refused(stream, method, e);
    }
  }

  private GrpcWire wire(
      Http2Stream stream,
      CallMethod<?, ?> method,
      Optional<Decompressor> decompressor,
      Context.CancellableContext context) {
    var reader =
        new MessageReader(
            stream, limits, new MessageMemory(memory.share()), decompressor, method.isRaw());
    return new GrpcWire(stream, reader, method, context, failures);
  }

  /** The method's handler may add to the refusal, which may take time. */
  private StreamHandler refused(Http2Stream stream, CallMethod<?, ?> method, CallFailure failure) {
    var wire = wire(stream, method, Optional.empty(), services.context().withCancellation());
    wire.call().refuse(failure);
    return wire;
  }
}
