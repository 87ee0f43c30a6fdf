package dev.oneport.transport.web;

import dev.oneport.transport.grpc.CallFailure;
import dev.oneport.transport.grpc.Deadlines;
import dev.oneport.transport.grpc.Encodings;
import dev.oneport.transport.grpc.GrpcFailure;
import dev.oneport.transport.grpc.GrpcTimeout;
import dev.oneport.transport.grpc.RefusalHandler;
import dev.oneport.transport.grpc.RefusedCall;
import io.grpc.Context;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** One gRPC method, served to plain HTTP requests in the shape that each asks for. */
final class WebMethod<Q, R> implements Handler {
  private static final HeaderName VERSION = HeaderNames.create("Connect-Protocol-Version");
  private static final HeaderName TIMEOUT = HeaderNames.create("Connect-Timeout-Ms");
  private static final HeaderName ACCEPT_POST = HeaderNames.create("Accept-Post");
  private static final Pattern MILLIS = Pattern.compile("\\d{1,10}");
  private static final String OTHER_TYPE = "not a content type of this method";
  private static final io.helidon.http.Status UNSUPPORTED =
      io.helidon.http.Status.UNSUPPORTED_MEDIA_TYPE_415;

  private final WebMethods shared;
  private final ServerMethodDefinition<Q, R> method;
  private final MethodType kind;
  private final Codec<Q, R> binary;
  private final Optional<Codec<Q, R>> json;

  WebMethod(WebMethods shared, ServerMethodDefinition<Q, R> method) {
    this.shared = shared;
    this.method = method;
    this.kind = method.getMethodDescriptor().getType();
    this.binary = Codec.binary(method.getMethodDescriptor());
    this.json = JsonCodec.of(method.getMethodDescriptor(), shared.types());
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws IOException {
    var asked = RequestFields.first(request, HeaderNames.CONTENT_TYPE).flatMap(WebType::of);
    if (asked.isEmpty() || !takes(asked.get())) {
      refuse(request, response);
      return;
    }
    var type = asked.get();
    switch (type) {
      case GRPC_WEB -> grpcWeb(request, response, false);
      case GRPC_WEB_TEXT -> grpcWeb(request, response, true);
      case PROTO -> connect(request, response, type, binary, shared.limits().maxMessageSize());
      case JSON -> connect(request, response, type, json.orElseThrow(), shared.maxJsonSize());
    }
  }

  private boolean takes(WebType type) {
    return switch (type) {
      case GRPC_WEB, GRPC_WEB_TEXT -> true;
      case PROTO -> kind == MethodType.UNARY;
      case JSON -> kind == MethodType.UNARY && json.isPresent();
    };
  }

  /** In a shape that is not known here, so that the answer is one of plain HTTP. */
  private void refuse(ServerRequest request, ServerResponse response) {
    var told = Status.INVALID_ARGUMENT.withDescription(OTHER_TYPE);
    var call = refused(request, told.asException(), OTHER_TYPE);
    if (call.status().getCode() == told.getCode()) {
      throw unsupported(request);
    }
    shared.errors().send(response, call.status(), call.trailers());
  }

  /** RFC 9110 section 15.5.16. */
  private HttpException unsupported(ServerRequest request) {
    var types = new StringJoiner(", ");
    if (request.prologue().protocolVersion().startsWith("2")) {
      types.add("application/grpc");
    }
    for (var type : WebType.values()) {
      if (takes(type)) {
        types.add(type.mediaType());
      }
    }
    return new HttpException(OTHER_TYPE, UNSUPPORTED)
        .header(HeaderValues.create(HeaderNames.ACCEPT, types.toString()))
        .header(HeaderValues.create(ACCEPT_POST, types.toString()));
  }

  private void grpcWeb(ServerRequest request, ServerResponse response, boolean text)
      throws IOException {
    var accepted = RequestFields.first(request, "grpc-accept-encoding").orElse("");
    var answer = new GrpcWebAnswer(response, text, kind.serverSendsOneMessage(), accepted);
    if (!kind.clientSendsOneMessage()) {
      refuse(
          request,
          answer,
          Status.UNIMPLEMENTED.withDescription("a stream of the client's needs gRPC itself"));
      return;
    }
    try (var memory = shared.memory()) {
      var decompressor = Encodings.decompressor(RequestFields.first(request, "grpc-encoding"));
      var timeout = RequestFields.first(request, "grpc-timeout");
      var nanos =
          timeout.isEmpty()
              ? OptionalLong.empty()
              : OptionalLong.of(GrpcTimeout.nanos(timeout.get()));
      var body = text ? new Base64Input(body(request)) : body(request);
      var messages = new GrpcWebMessages(body, shared.limits(), memory, decompressor);
      run(request, binary, messages, answer, nanos);
    } catch (CallFailure e) {
      refuse(request, answer, e);
    }
  }

  private void connect(
      ServerRequest request, ServerResponse response, WebType type, Codec<Q, R> codec, int maxSize)
      throws IOException {
    var answer = new ConnectAnswer(response, type, shared.errors());
    var refusal = refusal(request);
    if (refusal.isPresent()) {
      refuse(request, answer, refusal.get());
      return;
    }
    var coding = ContentCoding.of(request.headers());
    if (coding.isEmpty()) {
      response.header(ContentCoding.ACCEPTED);
      refuse(request, answer, Status.UNIMPLEMENTED.withDescription(ContentCoding.REFUSED));
      return;
    }
    try (var memory = shared.memory()) {
      var nanos =
          RequestFields.first(request, TIMEOUT).stream()
              .mapToLong(millis -> TimeUnit.MILLISECONDS.toNanos(Long.parseLong(millis)))
              .findFirst();
      var messages =
          new ConnectMessages(body(request), maxSize, memory, coding.get().decompressor());
      run(request, codec, messages, answer, nanos);
    } catch (CallFailure e) {
      refuse(request, answer, e);
    }
  }

  /** Why a request is none of Connect's, if it is not. */
  private static Optional<Status> refusal(ServerRequest request) {
    if (!RequestFields.first(request, VERSION).orElse("1").equals("1")) {
      return Optional.of(
          Status.INVALID_ARGUMENT.withDescription("Connect-Protocol-Version must be 1"));
    }
    var timeout = RequestFields.first(request, TIMEOUT);
    return timeout.isPresent() && !MILLIS.matcher(timeout.get()).matches()
        ? Optional.of(
            Status.INVALID_ARGUMENT.withDescription("Connect-Timeout-Ms must be up to ten digits"))
        : Optional.empty();
  }

  private void run(
      ServerRequest request,
      Codec<Q, R> codec,
      WebMessages messages,
      WebAnswer answer,
      OptionalLong nanos) {
    var metadata = RequestFields.metadata(request);
    var context =
        nanos.isPresent()
            ? shared.deadlines().context(Context.ROOT, nanos.getAsLong())
            : Context.ROOT.withCancellation();
    var call =
        new WebCall<>(
            request, metadata, method, codec, messages, answer, context, shared.failures());
    if (nanos.isPresent()) {
      // Telling the client may wait for it, and other deadlines must not.
      Deadlines.whenOver(
          context, () -> Thread.startVirtualThread(() -> call.fail(GrpcFailure.DEADLINE_EXCEEDED)));
    }
    call.run();
  }

  private void refuse(ServerRequest request, WebAnswer answer, CallFailure failure)
      throws IOException {
    var detail = Objects.requireNonNullElse(failure.getMessage(), "");
    refuse(request, answer, shared.failures().told(failure.failure()), detail);
  }

  private void refuse(ServerRequest request, WebAnswer answer, Status told) throws IOException {
    var detail = Objects.requireNonNullElse(told.getDescription(), "");
    refuse(request, answer, told.asException(), detail);
  }

  private void refuse(ServerRequest request, WebAnswer answer, StatusException told, String detail)
      throws IOException {
    var call = refused(request, told, detail);
    answer.finish(call.status(), call.trailers());
  }

  private RefusedWebCall<Q, R> refused(ServerRequest request, StatusException told, String detail) {
    var call = new RefusedWebCall<Q, R>(request, method.getMethodDescriptor());
    var headers = Optional.of(RequestFields.texts(request));
    RefusalHandler.refuse(
        method.getServerCallHandler(), call, new RefusedCall(told, detail, headers));
    return call;
  }

  private static InputStream body(ServerRequest request) {
    return request.content().inputStream();
  }
}
