package dev.oneport.gateway;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.proxies.Proxies;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.RawMessage;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerMethodDefinition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The forwarded gRPC methods. Any name that a client calls is accepted if it is valid in protobuf;
 * the server does not know the methods of the upstreams.
 */
public final class GrpcGateway {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*+/[A-Za-z_]\\w*");
  private static final int LONGEST_NAME = 512;

  private final ForwardTable table;
  private final Map<Upstream, GrpcForwarder> forwarders = new HashMap<>();

  /** A forwarded method and the route that its calls are decided by. */
  public record Method(
      Route route, Upstream upstream, ServerMethodDefinition<RawMessage, RawMessage> definition) {}

  /**
   * Creates the methods for the table's gRPC forwards.
   *
   * @param identities returns the rules about the caller for each upstream
   * @param proxies the proxies whose forwarding headers are trusted
   * @param limits the limits of messages in both directions
   */
  public GrpcGateway(
      ForwardTable table,
      GrpcConnections connections,
      ForwardedIdentities identities,
      Proxies proxies,
      GrpcLimits limits) {
    this.table = table;
    var open = new OpenForwards();
    for (var forwarded : table.all()) {
      if (forwarded.route().protocol() == Protocol.GRPC) {
        forwarders.computeIfAbsent(
            forwarded.forward().upstream(),
            to ->
                new GrpcForwarder(
                    connections.of(to),
                    identities.of(to),
                    proxies,
                    limits,
                    connections.memory(),
                    open));
      }
    }
  }

  /** The method with this full name, such as {@code ledger.v1.Ledger/Post}, if it is forwarded. */
  public Optional<Method> method(String name) {
    if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    return table
        .grpc(name)
        .flatMap(
            forwarded ->
                Optional.ofNullable(forwarders.get(forwarded.forward().upstream()))
                    .map(
                        forwarder ->
                            new Method(
                                forwarded.route(),
                                forwarded.forward().upstream(),
                                ServerMethodDefinition.create(
                                    descriptor(name), forwarder.handler(forwarded.route())))));
  }

  private static MethodDescriptor<RawMessage, RawMessage> descriptor(String name) {
    return MethodDescriptor.<RawMessage, RawMessage>newBuilder()
        .setFullMethodName(name)
        .setType(MethodType.UNKNOWN)
        .setRequestMarshaller(RawMessage.MARSHALLER)
        .setResponseMarshaller(RawMessage.MARSHALLER)
        .build();
  }
}
