package dev.oneport.transport.web;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.helidon.webserver.http.ServerRequest;

/** A request for a method that cannot begin as a call: it can be closed, and nothing else. */
final class RefusedWebCall<Q, R> extends ServerCall<Q, R> {
  private final ServerRequest request;
  private final MethodDescriptor<Q, R> method;
  private Status status = Status.INTERNAL;
  private Metadata trailers = new Metadata();

  RefusedWebCall(ServerRequest request, MethodDescriptor<Q, R> method) {
    this.request = request;
    this.method = method;
  }

  /** What the call was closed with. */
  Status status() {
    return status;
  }

  Metadata trailers() {
    return trailers;
  }

  @Override
  public void close(Status status, Metadata trailers) {
    this.status = status;
    this.trailers = trailers;
  }

  @Override
  public void request(int count) {}

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public void sendMessage(R message) {}

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public MethodDescriptor<Q, R> getMethodDescriptor() {
    return method;
  }

  @Override
  public Attributes getAttributes() {
    return RequestFields.attributes(request);
  }
}
