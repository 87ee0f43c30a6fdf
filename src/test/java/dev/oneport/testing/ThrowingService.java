package dev.oneport.testing;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Mounts for each name, on every protocol, a handler that throws that name's exception. */
public final class ThrowingService implements Service {
  private final Map<String, Supplier<? extends Exception>> thrown;
  private final Consumer<Mount> mappings;

  /**
   * A service that throws.
   *
   * @param mappings maps the exceptions to statuses
   */
  public ThrowingService(
      Map<String, Supplier<? extends Exception>> thrown, Consumer<Mount> mappings) {
    this.thrown = thrown;
    this.mappings = mappings;
  }

  /** The routes, for a rule. */
  public static String routes() {
    return "[ HTTP GET /*, GRPC Unary/*, GRPC Stream/*, WS /ws/*, WS /upgrade/* ]";
  }

  @Override
  public void mount(Mount port) {
    mappings.accept(port);
    var unary = ServerServiceDefinition.builder("Unary");
    var stream = ServerServiceDefinition.builder("Stream");
    thrown.forEach(
        (name, exception) -> {
          port.http().get("/" + name, (_, response) -> fail(response, exception));
          unary.addMethod(ProbeService.unary(name), (_, _) -> raise(exception));
          stream.addMethod(ProbeService.stream(name), (call, _) -> new FailsLater(call, exception));
          port.webSocket("/ws/" + name, () -> new Failing(exception));
          port.webSocket("/upgrade/" + name, () -> raise(exception));
        });
    port.grpc(unary::build);
    port.grpc(stream::build);
  }

  /** The headers set for the body until then do not fit the error response. */
  private static void fail(ServerResponse response, Supplier<? extends Exception> exception)
      throws Exception {
    response
        .header("Content-Length", "3")
        .header("Content-Encoding", "br")
        .header("Cache-Control", "public, max-age=3600")
        .header("ETag", "\"1\"")
        .header("X-Kept", "yes");
    throw exception.get();
  }

  @SuppressWarnings("TypeParameterUnusedInFormals")
  private static <T> T raise(Supplier<? extends Exception> exception) {
    ThrowingService.<RuntimeException>sneak(exception.get());
    throw new IllegalStateException();
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> void sneak(Exception thrown) throws E {
    throw (E) thrown;
  }

  /** Answers a message with one, and then fails. */
  private static final class FailsLater extends ServerCall.Listener<String> {
    private final ServerCall<String, String> call;
    private final Supplier<? extends Exception> exception;

    private FailsLater(ServerCall<String, String> call, Supplier<? extends Exception> exception) {
      this.call = call;
      this.exception = exception;
      call.sendHeaders(new Metadata());
      call.request(1);
    }

    @Override
    public void onMessage(String message) {
      call.sendMessage("first");
      raise(exception);
    }
  }

  private record Failing(Supplier<? extends Exception> exception) implements WsListener {
    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      raise(exception);
    }
  }
}
