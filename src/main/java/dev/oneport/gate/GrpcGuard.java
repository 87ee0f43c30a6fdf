package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.gate.Decision.Allowed;
import dev.oneport.gate.Decision.Denied;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.trace.Trace;
import dev.oneport.transport.calls.CallControl;
import dev.oneport.transport.calls.RefusalHandler;
import dev.oneport.transport.calls.RefusedCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Guards one gRPC method: asks the {@link Gate}, and ends a denied call with a status. An allowed
 * stream holds a {@link Lease}.
 */
public final class GrpcGuard<Q, R> implements RefusalHandler<Q, R> {
  private static final Metadata.Key<String> AUTHORIZATION = key(Credential.AUTHORIZATION);

  private static final Metadata.Key<String> USER_AGENT = key("user-agent");
  private static final Metadata.Key<String> TRACEPARENT = key(Trace.TRACEPARENT_NAME);
  private static final Metadata.Key<String> CLOUD_TRACE = key(Trace.CLOUD_NAME);

  private final Entrance entrance;
  private final ServerCallHandler<Q, R> handler;

  public GrpcGuard(Entrance entrance, ServerCallHandler<Q, R> handler) {
    this.entrance = entrance;
    this.handler = handler;
  }

  @Override
  public ServerCall.Listener<Q> startCall(ServerCall<Q, R> call, Metadata headers) {
    var watch = watch(call, headers);
    var kind = call.getMethodDescriptor().getType();
    var stream = kind != MethodType.UNARY && kind != MethodType.UNKNOWN;
    var gate = entrance.gate();
    var decision =
        stream
            ? gate.admitStream(watch, credential(watch, call, headers), connection(call))
            : gate.admit(watch, credential(watch, call, headers), connection(call));
    return switch (decision) {
      case Allowed(var admission) ->
          start(new GuardedCall<>(call, watch, admission, entrance::mapped), headers, stream);
      case Denied denied -> {
        GrpcProblem.close(call, denied.reason(), denied.retryAfter());
        yield new ServerCall.Listener<>() {};
      }
    };
  }

  /**
   * Decides an invalid request like any other, so that the answer reveals nothing about routes that
   * the caller may not call, unless too little of the request is readable to decide.
   */
  @Override
  public void refuse(ServerCall<Q, R> call, RefusedCall refused) {
    var headers = refused.headers().orElseGet(Metadata::new);
    var watch = watch(call, headers);
    var told = refused.told();
    var reason =
        GrpcProblem.reason(ErrorMapping.trailers(told.getTrailers())).orElse(Reason.BAD_REQUEST);
    var status = told.getStatus().getCode().name();
    if (refused.headers().isEmpty()) {
      watch.denied(Gate.denied(reason, refused.detail()), status);
      RefusalHandler.close(call, refused);
      return;
    }
    switch (entrance.gate().admit(watch, credential(watch, call, headers), connection(call))) {
      case Allowed(var admission) -> {
        admission.close(Outcome.of(reason, refused.detail(), status));
        RefusalHandler.close(call, refused);
      }
      case Denied denied -> GrpcProblem.close(call, denied.reason(), denied.retryAfter());
    }
  }

  private ServerCall.Listener<Q> start(GuardedCall<Q, R> call, Metadata headers, boolean stream) {
    try {
      if (stream) {
        call.started();
      } else {
        call.endWithCredential();
        if (call.getMethodDescriptor().getType() == MethodType.UNKNOWN) {
          call.unclear(entrance.gate());
        }
      }
      var scope = call.scope();
      var listener = scope.call(() -> handler.startCall(call, headers));
      return new GuardedListener<>(listener, scope, call);
    } catch (Throwable e) {
      // The handler returned no listener to notify of the end.
      if (call.failed(e)) {
        return new ServerCall.Listener<>() {};
      }
      if (call.isCancelled()) {
        call.cancelled(Cancellation.current());
      } else {
        call.finished(Status.Code.INTERNAL);
      }
      throw e;
    }
  }

  private Credential credential(CallWatch watch, ServerCall<?, ?> call, Metadata headers) {
    var peer = call.getAttributes().get(CallControl.PEER);
    return entrance
        .gate()
        .credential(watch.route(), name -> all(headers, name), List.of(), Peer.of(peer));
  }

  private static List<String> all(Metadata headers, String name) {
    var values = headers.getAll(name.equals(Credential.AUTHORIZATION) ? AUTHORIZATION : key(name));
    if (values == null) {
      return List.of();
    }
    var list = new ArrayList<String>(1);
    values.forEach(list::add);
    return list;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private CallWatch watch(ServerCall<?, ?> call, Metadata headers) {
    var arrival = arrival(call, headers);
    var version = call.getAttributes().get(CallControl.PROTOCOL);
    return entrance.watch(
        new Request(
                "POST",
                arrival.client().text(),
                first(headers, USER_AGENT),
                version == null ? "" : version,
                trace(headers))
            .at(path(call)),
        arrival);
  }

  private static Optional<Trace> trace(Metadata headers) {
    return headers.containsKey(TRACEPARENT) || headers.containsKey(CLOUD_TRACE)
        ? Trace.of(name -> all(headers, name))
        : Optional.empty();
  }

  /** The path that was called, if the route alone does not identify it. */
  private String path(ServerCall<?, ?> call) {
    var name = call.getMethodDescriptor().getFullMethodName();
    return entrance.route().name().equals(name) ? "" : "/" + name;
  }

  private Arrival arrival(ServerCall<?, ?> call, Metadata headers) {
    var peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    var host = Objects.requireNonNullElse(call.getAuthority(), "");
    return entrance.gate().perimeter().arrival(peer, name -> all(headers, name), host);
  }

  private static String first(Metadata headers, Metadata.Key<String> key) {
    var value = headers.get(key);
    return value == null ? "" : value;
  }

  /** A client's address and port identify its connection. */
  private static Object connection(ServerCall<?, ?> call) {
    var address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return address == null ? call : address;
  }
}
