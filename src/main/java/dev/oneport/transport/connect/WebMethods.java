package dev.oneport.transport.connect;

import com.google.protobuf.util.JsonFormat.TypeRegistry;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.Deadlines;
import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import dev.oneport.transport.calls.RawMessage;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerMethodDefinition;
import io.grpc.StatusException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.http.Handler;

/**
 * Serves gRPC methods to clients without gRPC, as {@code POST /Service/Method}: unary and
 * server-streaming methods as gRPC-Web (binary and text) and with the Connect protocol (JSON and
 * binary). The method's handler runs with all its interceptors.
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
   * Whether a request is a call of a gRPC method in one of the formats of this package, and nothing
   * else: by its content type, or by Connect's header if it is JSON.
   */
  public static boolean isCall(Headers headers) {
    var type = headers.first(HeaderNames.CONTENT_TYPE).flatMap(WebType::of);
    return type.isPresent() && (type.get() != WebType.JSON || headers.contains(WebMethod.VERSION));
  }

  /** The handler for {@code POST} at a method's path. */
  public <Q, R> Handler handler(ServerMethodDefinition<Q, R> method) {
    var descriptor = method.getMethodDescriptor();
    WebJson<Q, R> json =
        JsonCodec.of(descriptor, types)
            .<WebJson<Q, R>>map(WebJson.Known::new)
            .orElseGet(WebJson.None::new);
    return new WebMethod<>(this, method, descriptor.getType(), json);
  }

  /** Likewise for a method whose messages pass as bytes, and whose schema is known. */
  public Handler handler(
      ServerMethodDefinition<RawMessage, RawMessage> method, MethodSchema schema) {
    var codec = new RawJsonCodec(schema, jsonLimits().maxMessageSize());
    return new WebMethod<>(this, method, schema.kind(), new WebJson.Known<>(codec));
  }

  /**
   * Likewise for a method whose schema is not known now, so that JSON is refused.
   *
   * @param told what the client is told
   * @param detail why, for the record of the call
   */
  public Handler handler(
      ServerMethodDefinition<RawMessage, RawMessage> method, StatusException told, String detail) {
    return new WebMethod<>(this, method, MethodType.UNKNOWN, new WebJson.Missing<>(told, detail));
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
