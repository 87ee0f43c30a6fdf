package dev.oneport.access;

import dev.oneport.access.Decision.Allowed;
import dev.oneport.access.Decision.Denied;
import dev.oneport.audit.AuditLog;
import dev.oneport.identity.Caller;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands before one gRPC method: asks the {@link Gate}, and ends the call with a status where it
 * says no.
 */
public final class GrpcGuard<Q, R> implements ServerCallHandler<Q, R> {
  private static final Metadata.Key<String> AUTHORIZATION = key(Credential.AUTHORIZATION);

  private final Gate gate;
  private final AuditLog audit;
  private final Route route;
  private final ServerCallHandler<Q, R> handler;

  public GrpcGuard(Gate gate, AuditLog audit, Route route, ServerCallHandler<Q, R> handler) {
    this.gate = gate;
    this.audit = audit;
    this.route = route;
    this.handler = handler;
  }

  @Override
  public ServerCall.Listener<Q> startCall(ServerCall<Q, R> call, Metadata headers) {
    var watch = new CallWatch(audit, route, peer(call));
    return switch (gate.decide(
        route, Credential.of(name -> all(headers, name), gate.tokenHeaders(), List.of()))) {
      case Allowed allowed -> {
        var carrier = Caller.as(allowed.caller());
        var watched = new Watched<>(call, watch, allowed);
        yield new CallerListener<>(
            carrier.call(() -> handler.startCall(watched, headers)), carrier, watched);
      }
      case Denied denied -> {
        GrpcProblem.close(call, denied.reason());
        watch.denied(denied, denied.reason().grpc().name());
        yield new ServerCall.Listener<>() {};
      }
    };
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

  private static String peer(ServerCall<?, ?> call) {
    var address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return address instanceof InetSocketAddress inet ? inet.getHostString() : "";
  }

  /** Writes the record when the call is closed. */
  private static final class Watched<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final CallWatch watch;
    private final Allowed allowed;

    Watched(ServerCall<Q, R> call, CallWatch watch, Allowed allowed) {
      super(call);
      this.watch = watch;
      this.allowed = allowed;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(status, trailers);
      watch.ended(allowed, status.getCode().name());
    }
  }
}
