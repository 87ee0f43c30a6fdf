package dev.oneport.transport.connect;

import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.CallMethod;
import dev.oneport.transport.calls.Deadlines;
import dev.oneport.transport.calls.Encodings;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.MessageMemory;
import dev.oneport.transport.grpc.GrpcTimeout;
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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

/** One gRPC method, served to plain HTTP requests in the format that each asks for. */
final class WebMethod<Q, R> implements Handler {
  static final HeaderName VERSION = HeaderNames.create("Connect-Protocol-Version");
  private static final HeaderName TIMEOUT = HeaderNames.create("Connect-Timeout-Ms");
  private static final HeaderName ACCEPT_POST = HeaderNames.create("Accept-Post");
  private static final Pattern MILLIS = Pattern.compile("\\d{1,10}");
  private static final String CLIENT_STREAM = "a stream of the client's needs gRPC itself";
  private static final String OTHER_TYPE = "not a content type of this method";
  private static final io.helidon.http.Status UNSUPPORTED =
      io.helidon.http.Status.UNSUPPORTED_MEDIA_TYPE_415;

  private final WebMethods shared;
  private final MethodType kind;
  private final CallMethod<Q, R> method;
  private final CallMethod<Q, R> unary;
  private final WebJson<Q, R> json;

  /**
   * Creates the handler of a method.
   *
   * @param kind the method's kind, as far as it is known
   */
  WebMethod(
      WebMethods shared,
      ServerMethodDefinition<Q, R> definition,
      MethodType kind,
      WebJson<Q, R> json) {
    this.shared = shared;
    this.kind = kind;
    this.method = CallMethod.of(definition, List.of());
    this.unary = method.descriptor().getType() == MethodType.UNKNOWN ? method.unary() : method;
    this.json = json;
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
      case PROTO, JSON -> connect(request, response, type);
      case CONNECT_PROTO, CONNECT_JSON -> connectStream(request, response, type);
    }
  }

  private boolean takes(WebType type) {
    if (type.isJson() && json instanceof WebJson.None) {
      return false;
    }
    return switch (type) {
      case GRPC_WEB, GRPC_WEB_TEXT -> true;
      case PROTO, JSON -> kind == MethodType.UNARY || kind == MethodType.UNKNOWN;
      case CONNECT_PROTO, CONNECT_JSON -> kind != MethodType.UNARY;
    };
  }

  /** A request in an unknown format, so that plain HTTP answers it. */
  private void refuse(ServerRequest request, ServerResponse response) {
    var told = Status.INVALID_ARGUMENT.withDescription(OTHER_TYPE);
    var answer = new PlainAnswer();
    refuse(request, answer, told);
    if (answer.status().getCode() == told.getCode()) {
      throw unsupported(request);
    }
    shared.errors().send(response, answer.status(), answer.trailers());
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
    if (!kind.clientSendsOneMessage() && kind != MethodType.UNKNOWN) {
      refuse(request, answer, Status.UNIMPLEMENTED.withDescription(CLIENT_STREAM));
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
      run(request, method, messages, answer, nanos);
    } catch (CallFailure e) {
      refuse(request, answer, e);
    }
  }

  private void connect(ServerRequest request, ServerResponse response, WebType type)
      throws IOException {
    var answer = new ConnectAnswer(response, type, shared.errors());
    var coding = ContentCoding.of(request.headers());
    if (coding.isEmpty()) {
      response.header(ContentCoding.ACCEPTED);
      refuse(request, answer, Status.UNIMPLEMENTED.withDescription(ContentCoding.REFUSED));
      return;
    }
    var limits = type.isJson() ? shared.jsonLimits() : shared.limits();
    connect(
        request,
        answer,
        type,
        unary,
        memory -> new ConnectMessages(body(request), limits, memory, coding.get().decompressor()));
  }

  private void connectStream(ServerRequest request, ServerResponse response, WebType type)
      throws IOException {
    var accepted = RequestFields.first(request, "connect-accept-encoding").orElse("");
    var answer = new ConnectStreamAnswer(response, type, accepted);
    if (!kind.clientSendsOneMessage() && kind != MethodType.UNKNOWN) {
      refuse(request, answer, Status.UNIMPLEMENTED.withDescription(CLIENT_STREAM));
      return;
    }
    var limits = type.isJson() ? shared.jsonLimits() : shared.limits();
    var encoding = RequestFields.first(request, "connect-content-encoding");
    connect(
        request,
        answer,
        type,
        method,
        memory ->
            new GrpcWebMessages(body(request), limits, memory, Encodings.decompressor(encoding)));
  }

  private void connect(
      ServerRequest request,
      WebAnswer answer,
      WebType type,
      CallMethod<Q, R> plain,
      Function<MessageMemory, WebMessages> messages)
      throws IOException {
    var refusal = refusal(request);
    if (refusal.isPresent()) {
      refuse(request, answer, refusal.get());
      return;
    }
    var called = plain;
    if (type.isJson()) {
      switch (json) {
        case WebJson.Known<Q, R>(var codec) -> called = plain.with(codec);
        case WebJson.Missing<Q, R>(var told, var detail) -> {
          refuse(request, answer, told, detail);
          return;
        }
        case WebJson.None<Q, R> _ -> throw new IllegalStateException("JSON is not served");
      }
    }
    try (var memory = shared.memory()) {
      var nanos =
          RequestFields.first(request, TIMEOUT).stream()
              .mapToLong(millis -> TimeUnit.MILLISECONDS.toNanos(Long.parseLong(millis)))
              .findFirst();
      run(request, called, messages.apply(memory), answer, nanos);
    } catch (CallFailure e) {
      refuse(request, answer, e);
    }
  }

  /** Why a request is not a valid Connect request; empty if it is. */
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
      CallMethod<Q, R> called,
      WebMessages messages,
      WebAnswer answer,
      OptionalLong nanos) {
    var context =
        nanos.isPresent()
            ? shared.deadlines().context(Context.ROOT, nanos.getAsLong())
            : Context.ROOT.withCancellation();
    var wire = new WebWire(request, messages, answer, called, context, shared.failures());
    if (nanos.isPresent()) {
      // Telling the client may have to wait for it, which must not delay other deadlines.
      Deadlines.whenOver(
          context,
          () -> Thread.startVirtualThread(() -> wire.call().fail(GrpcFailure.DEADLINE_EXCEEDED)));
    }
    wire.run();
  }

  private void refuse(ServerRequest request, WebAnswer answer, CallFailure failure) {
    var wire = refusal(request, answer);
    wire.call().refuse(failure);
    wire.run();
  }

  private void refuse(ServerRequest request, WebAnswer answer, Status told) {
    var detail = Objects.requireNonNullElse(told.getDescription(), "");
    refuse(request, answer, told.asException(), detail);
  }

  private void refuse(
      ServerRequest request, WebAnswer answer, StatusException told, String detail) {
    var wire = refusal(request, answer);
    wire.call().refuse(told, detail);
    wire.run();
  }

  private WebWire refusal(ServerRequest request, WebAnswer answer) {
    var context = Context.ROOT.withCancellation();
    return new WebWire(request, WebMessages.NONE, answer, method, context, shared.failures());
  }

  private static InputStream body(ServerRequest request) {
    return request.content().inputStream();
  }
}
