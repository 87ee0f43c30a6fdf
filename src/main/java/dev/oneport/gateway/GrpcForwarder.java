package dev.oneport.gateway;

import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import dev.oneport.gate.FailedCall;
import dev.oneport.gateway.standing.RestingUpstream;
import dev.oneport.gateway.standing.RetryBudget;
import dev.oneport.proxies.Proxies;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.CallControl;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import dev.oneport.transport.calls.RawMessage;
import dev.oneport.transport.grpc.GrpcMetadata;
import dev.oneport.transport.grpc.GrpcTimeout;
import dev.oneport.transport.grpc.MessageReader;
import dev.oneport.transport.http2.client.ClientStream;
import dev.oneport.transport.http2.client.ConnectFailure;
import dev.oneport.transport.http2.flow.StreamPart;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Forwards calls to one upstream: metadata, messages and status, unchanged in both directions. */
final class GrpcForwarder {
  private static final HeaderField POST = HeaderField.of(":method", "POST");
  private static final HeaderField CONTENT_TYPE =
      HeaderField.of("content-type", "application/grpc");
  private static final HeaderField TRAILERS = HeaderField.of("te", "trailers");

  private final GrpcUpstream upstream;
  private final ForwardedIdentity identity;
  private final Proxies proxies;
  private final GrpcLimits limits;
  private final RequestMemory memory;
  private final OpenForwards open;
  private final HeaderField scheme;
  private final HeaderField authority;

  GrpcForwarder(
      GrpcUpstream upstream,
      ForwardedIdentity identity,
      Proxies proxies,
      GrpcLimits limits,
      RequestMemory memory,
      OpenForwards open) {
    this.upstream = upstream;
    this.identity = identity;
    this.proxies = proxies;
    this.limits = limits;
    this.memory = memory;
    this.open = open;
    this.scheme = HeaderField.of(":scheme", upstream.upstream().scheme().tls() ? "https" : "http");
    this.authority = HeaderField.of(":authority", upstream.authority());
  }

  /** The handler of a method with that route. */
  ServerCallHandler<RawMessage, RawMessage> handler(Route route) {
    return (call, headers) -> startCall(call, headers, route);
  }

  private ServerCall.Listener<RawMessage> startCall(
      ServerCall<RawMessage, RawMessage> call, Metadata headers, Route route) {
    try {
      var forwarded =
          new ForwardedCall(call, this, fields(call, headers, route), upstream.upstream().times());
      forwarded.begin(open);
      return forwarded;
    } catch (FailedCall e) {
      call.close(
          Status.fromCode(Status.Code.valueOf(e.reason().code())).withCause(e), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  /** The header fields of the call, except its timeout. */
  private List<HeaderField> fields(ServerCall<?, ?> call, Metadata headers, Route route) {
    var fields = new ArrayList<HeaderField>();
    boolean asIs = call.getAttributes().get(CallControl.AS_IS) != null;
    var hops =
        Objects.requireNonNullElse(
            call.getAttributes().get(CallControl.OF_CONNECTION), Set.<String>of());
    fields.add(POST);
    fields.add(scheme);
    fields.add(HeaderField.of(":path", "/" + call.getMethodDescriptor().getFullMethodName()));
    fields.add(
        upstream.upstream().keepHost() && call.getAuthority() != null
            ? HeaderField.of(":authority", call.getAuthority())
            : authority);
    fields.add(CONTENT_TYPE);
    fields.add(TRAILERS);
    var trace = ForwardedTrace.current();
    GrpcMetadata.addAsIs(
        fields,
        headers,
        name ->
            OfClient.NAMES.contains(name)
                || (!asIs && OfClient.ENCODINGS.contains(name))
                || ForwardedFields.isRewritten(name)
                || identity.removes(name)
                || hops.contains(name)
                || trace.removes(name)
                || (name.equals("cookie") && identity.removesCookies()));
    addRequester(fields, call, headers);
    trace
        .fields(name -> !all(headers, name).isEmpty())
        .forEach((name, value) -> fields.add(HeaderField.of(name, value)));
    identity
        .headers(Caller.current(), route)
        .forEach((name, value) -> fields.add(HeaderField.of(name.toLowerCase(Locale.ROOT), value)));
    return fields;
  }

  private void addRequester(List<HeaderField> fields, ServerCall<?, ?> call, Metadata headers) {
    var peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    if (peer == null) {
      return;
    }
    var client = proxies.client(peer, name -> all(headers, name));
    var host =
        client.host().isEmpty()
            ? Objects.requireNonNullElse(call.getAuthority(), "")
            : client.host();
    boolean secure = call.getSecurityLevel() != SecurityLevel.NONE;
    fields.add(HeaderField.of("x-forwarded-for", client.text()));
    fields.add(HeaderField.of("x-forwarded-proto", client.scheme(secure)));
    fields.add(HeaderField.of("x-forwarded-host", host));
  }

  private static List<String> all(Metadata headers, String name) {
    var values = headers.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    var list = new ArrayList<String>();
    if (values != null) {
      values.forEach(list::add);
    }
    return list;
  }

  /**
   * Opens a stream, with the remaining time as its timeout, and sends its first message.
   *
   * @param frame the message with its prefix; empty for none
   * @param end whether nothing follows
   * @throws ConnectFailure if the upstream cannot be reached
   * @throws RestingUpstream if that was not tried
   */
  ClientStream open(List<HeaderField> fields, byte[] frame, boolean end, Runnable arrived)
      throws ConnectFailure, RestingUpstream {
    var deadline = Context.current().getDeadline();
    var all = new ArrayList<>(fields);
    if (deadline != null) {
      long left = deadline.timeRemaining(TimeUnit.NANOSECONDS);
      all.add(HeaderField.of("grpc-timeout", GrpcTimeout.text(left)));
    }
    var head = all.toArray(HeaderField[]::new);
    return upstream.open(
        new StreamPart(head, frame, 0, frame.length, HeaderField.NONE, end), arrived);
  }

  Upstream upstream() {
    return upstream.upstream();
  }

  /** The retries of the upstream's calls. */
  RetryBudget budget() {
    return upstream.budget();
  }

  MessageReader reader(ClientStream stream, MessageMemory held) {
    return MessageReader.raw(stream, limits, held);
  }

  MessageMemory memory() {
    return new MessageMemory(memory.share());
  }
}
