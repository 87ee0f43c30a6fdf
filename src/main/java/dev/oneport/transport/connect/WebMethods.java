package dev.oneport.transport.connect;

import com.google.protobuf.util.JsonFormat.TypeRegistry;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.Deadlines;
import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import io.grpc.ServerMethodDefinition;
import io.helidon.webserver.http.Handler;

/**
 * Serves gRPC methods to clients without gRPC, as {@code POST /Service/Method}: unary and
 * server-streaming methods as gRPC-Web (binary and text), unary methods with the Connect protocol
 * (JSON and binary). The method's handler runs with all its interceptors.
 */
public final class WebMethods {
  private final GrpcLimits limits;
  private final WebLimits web;
  private final RequestMemory memory;
  private final FailureStatus failures;
  private final ErrorHeaders errors;
  private final TypeRegistry types;
  private final Deadlines deadlines = new Deadlines();

  /**
   * Serves methods within these limits.
   *
   * @param limits of messages
   * @param memory that messages share
   * @param failures adds details to the status of failures in the transport
   * @param errors adds headers to an error that has an HTTP status
   * @param types the types that an Any may hold in JSON
   */
  public WebMethods(
      GrpcLimits limits,
      WebLimits web,
      RequestMemory memory,
      FailureStatus failures,
      ErrorHeaders errors,
      TypeRegistry types) {
    this.limits = limits;
    this.web = web;
    this.memory = memory;
    this.failures = failures;
    this.errors = errors;
    this.types = types;
  }

  /**
   * Whether a content type is that of a binary format, in which a method can be called without
   * knowing its schema.
   */
  public static boolean isBinary(String contentType) {
    return WebType.of(contentType).filter(type -> type != WebType.JSON).isPresent();
  }

  /** The handler for {@code POST} at a method's path. */
  public <Q, R> Handler handler(ServerMethodDefinition<Q, R> method) {
    return new WebMethod<>(this, method);
  }

  GrpcLimits limits() {
    return limits;
  }

  MessageMemory memory() {
    return new MessageMemory(memory.share());
  }

  /** Of a message in JSON, which is parsed whole. */
  GrpcLimits jsonLimits() {
    var most = Math.min(web.maxJsonSize(), limits.maxMessageSize());
    return new GrpcLimits(most, most);
  }

  FailureStatus failures() {
    return failures;
  }

  ErrorHeaders errors() {
    return errors;
  }

  TypeRegistry types() {
    return types;
  }

  Deadlines deadlines() {
    return deadlines;
  }
}
