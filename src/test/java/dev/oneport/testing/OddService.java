package dev.oneport.testing;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Handlers that misbehave: fail, refuse, stream forever, or wait until released. */
public final class OddService implements Service {
  private static final Duration TICK = Duration.ofMillis(20);

  private final CountDownLatch waiting = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  @Override
  public void mount(Mount port) {
    port.http()
        .get("/fail", (_, _) -> fail("a secret of the handler"))
        .get("/ticks", OddService::ticks)
        .post("/copy", (request, response) -> response.send(request.content().as(byte[].class)))
        .get("/wait", (_, response) -> waitThen(response));
    port.grpc(
        () ->
            ServerServiceDefinition.builder("Odd")
                .addMethod(
                    ProbeService.method("Odd/Fail", MethodType.UNARY),
                    ServerCalls.asyncUnaryCall((_, _) -> fail("a secret of the handler")))
                .addMethod(
                    ProbeService.method("Odd/Begin", MethodType.UNARY),
                    (_, _) -> {
                      throw new IllegalStateException("a secret of the handler");
                    })
                .addMethod(
                    ProbeService.method("Odd/Refuse", MethodType.UNARY),
                    ServerCalls.asyncUnaryCall(
                        (_, answer) -> answer.onError(Status.NOT_FOUND.asRuntimeException())))
                .addMethod(
                    ProbeService.method("Odd/Wait", MethodType.UNARY),
                    ServerCalls.asyncUnaryCall(
                        (_, answer) -> {
                          await();
                          answer.onNext("done");
                          answer.onCompleted();
                        }))
                .build());
    port.webSocket("/fail", Failing::new);
    port.webSocket("/refuse", Refusing::new);
  }

  /** Waits until a handler is blocked. */
  public void awaitCall() throws InterruptedException {
    waiting.await();
  }

  /** Releases all blocked handlers. */
  public void release() {
    released.countDown();
  }

  private static void fail(String message) {
    throw new IllegalStateException(message);
  }

  private void await() {
    waiting.countDown();
    try {
      released.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void waitThen(ServerResponse response) {
    await();
    response.send("done");
  }

  private static void ticks(ServerRequest request, ServerResponse response)
      throws IOException, InterruptedException {
    try (var out = response.outputStream()) {
      while (true) {
        out.write("tick\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        Thread.sleep(TICK);
      }
    }
  }

  private static final class Failing implements WsListener {
    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      fail("a secret of the listener");
    }
  }

  private static final class Refusing implements WsListener {
    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) {
      throw RequestException.builder()
          .type(EventType.OTHER)
          .status(io.helidon.http.Status.CONFLICT_409)
          .safeMessage(false)
          .message("not now")
          .build();
    }
  }
}
