package dev.oneport.transport.connect;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.transport.http1.Await;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC service whose methods do what ordinary ones do not, written against the call itself.
 * Messages are text.
 */
final class OddMethods implements Service {
  static final Metadata.Key<String> TEXT =
      Metadata.Key.of("x-text", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("x-data-bin", Metadata.BINARY_BYTE_MARSHALLER);

  static final List<String> FORM =
      List.of(
          "connect-content-encoding",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "date",
          "trailer",
          "transfer-encoding");

  private static final int SECONDS = 20;

  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

  /** What the next call hears of itself that it notes. */
  @Nullable String heard() throws InterruptedException {
    return heard.poll(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void mount(Mount port) {
    var odd = ServerServiceDefinition.builder("Odd");
    unary(
        odd,
        "Odd/Fail",
        (_, _) -> {
          throw new IllegalStateException("a secret of the house");
        });
    unary(odd, "Odd/Later", (call, _) -> Thread.ofVirtual().start(() -> answer(call, "later")));
    unary(odd, "Odd/Never", (_, _) -> heard.add("called"));
    unary(odd, "Odd/Nothing", (call, _) -> call.close(Status.OK, new Metadata()));
    unary(odd, "Odd/Zipped", (call, said) -> answer(call, said.repeat(1000)));
    unary(odd, "Odd/Sleeps", (_, _) -> sleep());
    add(odd, "Odd/AsksLate", MethodType.UNARY, OddMethods::asksLate);
    add(odd, "Odd/Metadata", MethodType.UNARY, this::metadata);
    add(odd, "Odd/Form", MethodType.UNARY, OddMethods::form);
    add(odd, "Odd/Forms", MethodType.SERVER_STREAMING, OddMethods::form);
    add(odd, "Odd/Refuse", MethodType.UNARY, this::refuse);
    stream(odd, "Odd/Silent", (_, _) -> heard.add("called"));
    stream(odd, "Odd/SleepsLong", (_, _) -> sleep());
    stream(odd, "Odd/Flood", OddMethods::flood);
    stream(
        odd,
        "Odd/OneThenSilence",
        (call, _) -> {
          call.sendMessage("first");
          heard.add("called");
        });
    stream(
        odd,
        "Odd/OneThenFail",
        (call, _) -> {
          call.sendMessage("first");
          throw new IllegalStateException("a secret of the house");
        });
    stream(odd, "Odd/None", (call, _) -> call.close(Status.OK, new Metadata()));
    port.grpc(odd::build);
  }

  /** The same for those who are allowed. */
  Service closed() {
    return port -> {
      var closed = ServerServiceDefinition.builder("Closed");
      stream(closed, "Closed/Silent", (_, _) -> heard.add("called"));
      stream(closed, "Closed/SleepsLong", (_, _) -> sleep());
      unary(closed, "Closed/Upload", (call, said) -> answer(call, said));
      port.grpc(closed::build);
    };
  }

  private void sleep() {
    heard.add("called");
    try {
      Thread.sleep(TimeUnit.SECONDS.toMillis(SECONDS));
      heard.add("slept");
    } catch (InterruptedException e) {
      heard.add("interrupted");
    }
  }

  private static void flood(ServerCall<String, String> call, String size) {
    var message = "x".repeat(Integer.parseInt(size));
    while (!call.isCancelled()) {
      call.sendMessage(message);
    }
  }

  private static void answer(ServerCall<String, String> call, String text) {
    call.sendMessage(text);
    call.close(Status.OK, new Metadata());
  }

  /** Asks for the one message when the call has nothing left to do but wait for that. */
  private static ServerCall.Listener<String> asksLate(
      ServerCall<String, String> call, Metadata headers) {
    call.sendHeaders(new Metadata());
    return new ServerCall.Listener<>() {
      private String said = "";

      @Override
      public void onReady() {
        var calling = Thread.currentThread();
        Thread.startVirtualThread(
            () -> {
              Await.until("the call waits", () -> calling.getState() == Thread.State.WAITING);
              call.request(1);
            });
      }

      @Override
      public void onMessage(String message) {
        said = message;
      }

      @Override
      public void onHalfClose() {
        answer(call, said);
      }
    };
  }

  /** Sends back as head and trailers what it got. */
  private ServerCall.Listener<String> metadata(ServerCall<String, String> call, Metadata headers) {
    var back = new Metadata();
    Objects.requireNonNull(headers.getAll(TEXT)).forEach(value -> back.put(TEXT, value));
    Objects.requireNonNull(headers.getAll(BINARY)).forEach(value -> back.put(BINARY, value));
    call.sendHeaders(back);
    call.sendMessage("ok");
    call.close(Status.OK, back);
    return new ServerCall.Listener<>() {};
  }

  /** Names fields that HTTP clients believe, in head and trailers; an odd request is refused. */
  private static ServerCall.Listener<String> form(
      ServerCall<String, String> call, Metadata headers) {
    var form = new Metadata();
    for (var name : FORM) {
      form.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), "gzip");
    }
    if (headers.containsKey(TEXT)) {
      call.close(Status.ABORTED, form);
      return new ServerCall.Listener<>() {};
    }
    call.sendHeaders(form);
    call.sendMessage("ok");
    call.close(Status.OK, form);
    return new ServerCall.Listener<>() {};
  }

  /** Refuses before anything was read, with a text that no header can carry as it is. */
  private ServerCall.Listener<String> refuse(ServerCall<String, String> call, Metadata headers) {
    var trailers = new Metadata();
    trailers.put(TEXT, "why");
    call.close(Status.FAILED_PRECONDITION.withDescription("n\u00f6: 100%\n"), trailers);
    return new ServerCall.Listener<>() {};
  }

  private void unary(
      ServerServiceDefinition.Builder service,
      String name,
      BiConsumer<ServerCall<String, String>, String> body) {
    add(service, name, MethodType.UNARY, (call, _) -> listener(call, body));
  }

  private void stream(
      ServerServiceDefinition.Builder service,
      String name,
      BiConsumer<ServerCall<String, String>, String> body) {
    add(service, name, MethodType.SERVER_STREAMING, (call, _) -> listener(call, body));
  }

  private ServerCall.Listener<String> listener(
      ServerCall<String, String> call, BiConsumer<ServerCall<String, String>, String> body) {
    if ("Zipped".equals(call.getMethodDescriptor().getBareMethodName())) {
      call.setCompression("gzip");
    }
    call.sendHeaders(new Metadata());
    call.request(1);
    return new ServerCall.Listener<>() {
      private String said = "";

      @Override
      public void onMessage(String message) {
        said = message;
      }

      @Override
      public void onHalfClose() {
        body.accept(call, said);
      }

      @Override
      public void onCancel() {
        heard.add("cancelled " + call.isCancelled() + " " + Context.current().isCancelled());
      }
    };
  }

  private static void add(
      ServerServiceDefinition.Builder service,
      String name,
      MethodType type,
      ServerCallHandler<String, String> handler) {
    var method =
        MethodDescriptor.newBuilder(new TextMarshaller(), new TextMarshaller())
            .setFullMethodName(name)
            .setType(type)
            .build();
    service.addMethod(method, handler);
  }

  private static final class TextMarshaller implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
