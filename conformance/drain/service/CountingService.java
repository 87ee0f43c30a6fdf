import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Does the same on each protocol: records an id and returns it. Writes the ids to a file at the end. */
public final class CountingService implements Service {
  private final ConcurrentLinkedQueue<String> ids = new ConcurrentLinkedQueue<>();

  public CountingService() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::write));
  }

  private void write() {
    try {
      Files.write(Path.of(System.getenv("COUNT_FILE")), ids);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void mount(Mount port) {
    port.http().get("/count", (request, response) -> response.send(note(request.query().get("id"))));
    port.http()
        .post("/count", (request, response) -> response.send(note(request.content().as(String.class))));
    port.grpc(
        () ->
            ServerServiceDefinition.builder("Count")
                .addMethod(
                    method("Count/One", MethodType.UNARY),
                    ServerCalls.<String, String>asyncUnaryCall(
                        (id, answer) -> {
                          answer.onNext(note(id));
                          answer.onCompleted();
                        }))
                .addMethod(
                    method("Count/Hold", MethodType.UNARY),
                    ServerCalls.<String, String>asyncUnaryCall(
                        (id, answer) -> {
                          pause();
                          answer.onNext(note(id));
                          answer.onCompleted();
                        }))
                .build());
    port.webSocket(
        "/count",
        () ->
            new WsListener() {
              @Override
              public void onMessage(WsSession session, String text, boolean last) {
                session.send(note(text), true);
              }
            });
  }

  private String note(String id) {
    ids.add(id);
    return id;
  }

  /** A long call: longer than the rest of the stop takes, shorter than the grace period. */
  private static void pause() {
    try {
      Thread.sleep(5_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodDescriptor<String, String> method(String name, MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName(name)
        .setRequestMarshaller(new Text())
        .setResponseMarshaller(new Text())
        .build();
  }

  /** Plain text, so that clients need no generated code. */
  private static final class Text implements MethodDescriptor.Marshaller<String> {
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
