package dev.oneport.access;

import dev.oneport.access.Decision.Allowed;
import dev.oneport.access.Decision.Denied;
import dev.oneport.audit.AuditLog;
import dev.oneport.identity.Caller;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands before one gRPC method: asks the {@link Gate}, and ends the call with a status where it
 * says no. A stream that is allowed holds a {@link Lease}.
 */
public final class GrpcGuard<Q, R> implements ServerCallHandler<Q, R> {
  private static final Metadata.Key<String> AUTHORIZATION = key(Credential.AUTHORIZATION);

  private final Gate gate;
  private final Leases leases;
  private final AuditLog audit;
  private final Route route;
  private final ServerCallHandler<Q, R> handler;

  public GrpcGuard(
      Gate gate, Leases leases, AuditLog audit, Route route, ServerCallHandler<Q, R> handler) {
    this.gate = gate;
    this.leases = leases;
    this.audit = audit;
    this.route = route;
    this.handler = handler;
  }

  @Override
  public ServerCall.Listener<Q> startCall(ServerCall<Q, R> call, Metadata headers) {
    var watch = new CallWatch(audit, route, peer(call));
    var stream = call.getMethodDescriptor().getType() != MethodType.UNARY;
    var credential = Credential.of(name -> all(headers, name), gate.tokenHeaders(), List.of());
    var decision = stream ? gate.decideStream(route, credential) : gate.decide(route, credential);
    return switch (decision) {
      case Allowed allowed ->
          start(new GuardedCall<>(call, watch, allowed), headers, allowed, stream);
      case Denied denied -> {
        GrpcProblem.close(call, denied.reason(), denied.retryAfter());
        watch.denied(denied, denied.reason().grpc().name());
        yield new ServerCall.Listener<>() {};
      }
    };
  }

  private ServerCall.Listener<Q> start(
      GuardedCall<Q, R> call, Metadata headers, Allowed allowed, boolean stream) {
    var caller = Caller.as(allowed.caller());
    if (stream) {
      call.hold(leases.open(route, allowed, call::end));
    }
    return new GuardedListener<>(caller.call(() -> handler.startCall(call, headers)), caller, call);
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
}
