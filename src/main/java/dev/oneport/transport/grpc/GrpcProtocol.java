package dev.oneport.transport.grpc;

import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.RequestHead;
import dev.oneport.transport.http2.StreamHandler;
import dev.oneport.transport.http2.StreamProtocol;
import io.grpc.Codec;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * gRPC on an HTTP/2 connection: takes the requests whose content type is gRPC's, and leaves all
 * others, gRPC-Web's among them, to plain HTTP.
 */
public final class GrpcProtocol implements StreamProtocol {
  private static final String TYPE = "application/grpc";

  private final GrpcLimits limits;
  private final FailureStatus failures;
  private final GrpcServices services;
  private final ScheduledThreadPoolExecutor deadlines = deadlines();

  /**
   * Serves those services.
   *
   * @param limits of messages
   * @param failures what to add to the status of what fails in the transport
   * @param services all that can be called
   */
  public GrpcProtocol(GrpcLimits limits, FailureStatus failures, GrpcServices services) {
    this.limits = limits;
    this.failures = failures;
    this.services = services;
  }

  private static ScheduledThreadPoolExecutor deadlines() {
    var executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("grpc-deadlines").factory());
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(10, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  @Override
  public Optional<StreamHandler> handler(Http2Stream stream) {
    var head = stream.request();
    var method = services.find(head.path());
    if (!isGrpc(head.contentType())) {
      return method.isPresent() && isGrpcClient(head)
          ? Optional.of(refusal(stream, "415", GrpcFailure.NOT_GRPC))
          : Optional.empty();
    }
    if (!head.method().equals("POST")) {
      return Optional.of(refusal(stream, "405", GrpcFailure.NOT_POST));
    }
    if (method.isEmpty()) {
      return Optional.of(refusal(stream, "200", GrpcFailure.METHOD_UNKNOWN));
    }
    return Optional.of(call(stream, method.get()));
  }

  private static boolean isGrpc(String contentType) {
    if (!contentType.regionMatches(true, 0, TYPE, 0, TYPE.length())) {
      return false;
    }
    return contentType.length() == TYPE.length()
        || contentType.charAt(TYPE.length()) == '+'
        || contentType.charAt(TYPE.length()) == ';';
  }

  /** Only gRPC's own clients say that they take trailers, and send a POST to that path. */
  private static boolean isGrpcClient(RequestHead head) {
    return head.method().equals("POST") && head.first("te").isPresent();
  }

  private StreamHandler refusal(Http2Stream stream, String httpStatus, GrpcFailure failure) {
    return new GrpcRefusal(stream, httpStatus, failure, failures);
  }

  private <ReqT, RespT> StreamHandler call(Http2Stream stream, GrpcMethod<ReqT, RespT> method) {
    var head = stream.request();
    try {
      var reader = new MessageReader(stream, limits, decompressor(head));
      var timeout = head.first("grpc-timeout");
      if (timeout.isEmpty()) {
        var context = services.context().withCancellation();
        return new GrpcCall<>(stream, method, reader, context, failures).loop();
      }
      var deadline = Deadline.after(GrpcTimeout.nanos(timeout.get()), TimeUnit.NANOSECONDS);
      var context = services.context().withDeadline(deadline, deadlines);
      var call = new GrpcCall<>(stream, method, reader, context, failures);
      context.addListener(cancelled -> timedOut(cancelled, call), Runnable::run);
      return call.loop();
    } catch (CallFailure e) {
      return refusal(stream, "200", e.failure());
    }
  }

  private static void timedOut(Context context, GrpcCall<?, ?> call) {
    if (context.cancellationCause() instanceof TimeoutException) {
      call.fail(GrpcFailure.DEADLINE_EXCEEDED);
    }
  }

  private static Optional<Decompressor> decompressor(RequestHead head) {
    var encoding = head.first("grpc-encoding");
    if (encoding.isEmpty() || encoding.get().equals(Codec.Identity.NONE.getMessageEncoding())) {
      return Optional.empty();
    }
    @Nullable Decompressor known =
        DecompressorRegistry.getDefaultInstance().lookupDecompressor(encoding.get());
    if (known == null) {
      throw new CallFailure(GrpcFailure.ENCODING_UNKNOWN, "grpc-encoding");
    }
    return Optional.of(known);
  }
}
