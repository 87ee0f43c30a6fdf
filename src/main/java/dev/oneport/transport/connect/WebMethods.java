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
 * Serves gRPC methods to whoever cannot speak gRPC, as {@code POST /Service/Method}: unary and
 * server streaming by gRPC-Web (binary and text), unary by the Connect protocol (JSON and binary).
 * The method's own handler runs, with all that stands before it.
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
   * @param failures what to add to the status of what fails in the transport
   * @param errors what to add to the headers of an error that has an HTTP status
   * @param types what may be in an Any, where messages are written in JSON
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
   * Whether a content type is that of a shape in which a method can be called whose schema is not
   * known.
   */
  public static boolean isBinary(String contentType) {
    return WebType.of(contentType).filter(type -> type != WebType.JSON).isPresent();
  }

  /** What answers {@code POST} at a method's path. */
  public <Q, R> Handler handler(ServerMethodDefinition<Q, R> method) {
    return new WebMethod<>(this, method);
  }

  GrpcLimits limits() {
    return limits;
  }

  MessageMemory memory() {
    return new MessageMemory(memory.share());
  }

  int maxJsonSize() {
    return Math.min(web.maxJsonSize(), limits.maxMessageSize());
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
