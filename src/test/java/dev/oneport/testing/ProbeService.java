package dev.oneport.testing;

import dev.oneport.api.Caller;
import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Mounts the same handler on every protocol once for each name, so that each name can have a
 * separate rule. The handler returns its caller's name.
 */
public final class ProbeService implements Service {
  private static final MethodDescriptor.Marshaller<String> TEXT = new TextMarshaller();

  private final List<String> names;

  public ProbeService(List<String> names) {
    this.names = names;
  }

  /** The routes of a name, for a rule. */
  public static String routes(String name) {
    return "[ HTTP GET /%1$s, GRPC Unary/%1$s, GRPC Stream/%1$s, WS /ws/%1$s ]".formatted(name);
  }

  public static MethodDescriptor<String, String> unary(String name) {
    return method("Unary/" + name, MethodType.UNARY);
  }

  public static MethodDescriptor<String, String> stream(String name) {
    return method("Stream/" + name, MethodType.BIDI_STREAMING);
  }

  @Override
  public void mount(Mount port) {
    var unary = ServerServiceDefinition.builder("Unary");
    var stream = ServerServiceDefinition.builder("Stream");
    for (var name : names) {
      port.http().get("/" + name, (_, response) -> response.send(Caller.current().name()));
      unary.addMethod(unary(name), ServerCalls.asyncUnaryCall((_, answer) -> answer(answer)));
      stream.addMethod(stream(name), ServerCalls.asyncBidiStreamingCall(Answers::new));
      port.webSocket("/ws/" + name, Socket::new);
    }
    port.grpc(unary::build);
    port.grpc(stream::build);
  }

  private static void answer(StreamObserver<String> answer) {
    answer.onNext(Caller.current().name());
    answer.onCompleted();
  }

  /** A method with string messages, by its full name. */
  public static MethodDescriptor<String, String> method(String name, MethodType type) {
    return MethodDescriptor.newBuilder(TEXT, TEXT).setFullMethodName(name).setType(type).build();
  }

  private static final class Socket implements WsListener {
    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      session.send(Caller.current().name(), true);
    }
  }

  private record Answers(StreamObserver<String> answer) implements StreamObserver<String> {
    @Override
    public void onNext(String message) {
      answer.onNext(Caller.current().name());
    }

    @Override
    public void onError(Throwable cancelled) {}

    @Override
    public void onCompleted() {
      answer.onCompleted();
    }
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
