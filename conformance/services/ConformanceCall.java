package dev.oneport.conformance;

import connectrpc.conformance.v1.Service.Header;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One call of the suite: the headers received, and the headers and trailers to send. */
final class ConformanceCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private static final Context.Key<ConformanceCall<?, ?>> CURRENT = Context.key("call");

  private final Metadata received;
  private final Metadata headers = new Metadata();
  private final Metadata trailers = new Metadata();
  private boolean begun;

  private ConformanceCall(ServerCall<Q, R> call, Metadata received) {
    super(call);
    this.received = received;
  }

  static ConformanceCall<?, ?> current() {
    return CURRENT.get();
  }

  /** Milliseconds until the deadline; negative if there is none. */
  static long millisecondsLeft() {
    var deadline = Context.current().getDeadline();
    return deadline == null ? -1 : deadline.timeRemaining(TimeUnit.MILLISECONDS);
  }

  List<Header> received() {
    return received.keys().stream().map(this::header).toList();
  }

  private Header header(String name) {
    var header = Header.newBuilder().setName(name);
    if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
      var key = Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
      received
          .getAll(key)
          .forEach(it -> header.addValue(Base64.getEncoder().withoutPadding().encodeToString(it)));
    } else {
      received
          .getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER))
          .forEach(header::addValue);
    }
    return header.build();
  }

  void answerWith(List<Header> toBegin, List<Header> toEnd) {
    toBegin.forEach(it -> put(headers, it));
    toEnd.forEach(it -> put(trailers, it));
  }

  private static void put(Metadata metadata, Header header) {
    for (var value : header.getValueList()) {
      if (header.getName().endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        metadata.put(
            Metadata.Key.of(header.getName(), Metadata.BINARY_BYTE_MARSHALLER),
            Base64.getDecoder().decode(value));
      } else {
        metadata.put(Metadata.Key.of(header.getName(), Metadata.ASCII_STRING_MARSHALLER), value);
      }
    }
  }

  /** Sends the response headers, before any message. */
  void begin() {
    if (!begun) {
      begun = true;
      super.sendHeaders(headers);
    }
  }

  @Override
  public void sendHeaders(Metadata none) {
    begin();
  }

  @Override
  public void close(Status status, Metadata more) {
    if (!headers.keys().isEmpty()) {
      begin();
    }
    more.merge(trailers);
    super.close(status, more);
  }

  /** Stores each call where its handler can find it. */
  static final class Begin implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata received, ServerCallHandler<Q, R> next) {
      var own = new ConformanceCall<>(call, received);
      return Contexts.interceptCall(
          Context.current().withValue(CURRENT, own), own, received, next);
    }
  }
}
