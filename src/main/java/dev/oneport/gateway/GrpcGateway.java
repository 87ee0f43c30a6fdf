package dev.oneport.gateway;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.RawMessage;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerMethodDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The gRPC methods that are forwarded. Their names are those that clients call, as far as they are
 * names in protobuf's sense; nobody here knows which of them the upstreams have.
 */
public final class GrpcGateway implements AutoCloseable {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*/[A-Za-z_]\\w*");
  private static final int LONGEST_NAME = 512;

  private final ForwardTable table;
  private final Map<Upstream, GrpcUpstream> upstreams = new HashMap<>();
  private final Map<Upstream, GrpcForwarder> forwarders = new HashMap<>();

  /** A method that is forwarded, and the route that decides about it. */
  public record Method(Route route, ServerMethodDefinition<RawMessage, RawMessage> definition) {}

  /**
   * Connects to nothing yet.
   *
   * @param identity what an upstream is told of callers
   * @param limits of messages, both ways
   * @param memory what answers that wait for their clients may hold
   */
  public GrpcGateway(
      ForwardTable table,
      Function<Upstream, ForwardedIdentity> identity,
      GrpcLimits limits,
      RequestMemory memory) {
    this.table = table;
    var open = new OpenForwards();
    for (var forwarded : table.all()) {
      var upstream = forwarded.forward().upstream();
      if (forwarded.route().protocol() == Protocol.GRPC && !upstreams.containsKey(upstream)) {
        var connections = connect(upstream, memory);
        upstreams.put(upstream, connections);
        forwarders.put(
            upstream,
            new GrpcForwarder(connections, identity.apply(upstream), limits, memory, open));
      }
    }
  }

  private static GrpcUpstream connect(Upstream upstream, RequestMemory memory) {
    try {
      return new GrpcUpstream(upstream, memory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The method of that full name, such as {@code ledger.v1.Ledger/Post}, if it is forwarded. */
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
                                ServerMethodDefinition.create(descriptor(name), forwarder))));
  }

  private static MethodDescriptor<RawMessage, RawMessage> descriptor(String name) {
    return MethodDescriptor.<RawMessage, RawMessage>newBuilder()
        .setFullMethodName(name)
        .setType(MethodType.UNKNOWN)
        .setRequestMarshaller(RawMessage.MARSHALLER)
        .setResponseMarshaller(RawMessage.MARSHALLER)
        .build();
  }

  /** Ends all connections to upstreams, and the calls on them. */
  @Override
  public void close() {
    upstreams.values().forEach(GrpcUpstream::close);
  }
}
