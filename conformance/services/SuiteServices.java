package dev.oneport.conformance;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.testing.integration.TestServiceImpl;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The services for the public suites: the suites' gRPC services, a WebSocket echo, and an HTTP echo. */
public final class SuiteServices implements Service {
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  @Override
  public void mount(Mount port) {
    port.http()
        .post(
            "/echo",
            (request, response) -> {
              request.headers().contentType().ifPresent(it -> response.headers().contentType(it));
              response.send(
                  request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0]);
            })
        .get("/browser", (_, response) -> BrowserPage.send(response))
        .get("/private", (_, response) -> response.send("private"))
        .get(
            "/query",
            (request, response) -> {
              response.header(HeaderNames.CONTENT_TYPE, "text/plain");
              response.send(request.prologue().query().rawValue());
            });
    port.webSocket("/echo", EchoSocket::new);
    port.grpc(intercepted(new ConformanceMethods(), List.of(new ConformanceCall.Begin())));
    port.grpc(intercepted(new TestServiceImpl(timer), TestServiceImpl.interceptors()));
  }

  private static BindableService intercepted(
      BindableService service, List<ServerInterceptor> interceptors) {
    return () -> ServerInterceptors.intercept(service, interceptors);
  }

  /** Sends each message back, in one piece. */
  private static final class EchoSocket implements WsListener {
    private final StringBuilder text = new StringBuilder();
    private final BufferData bytes = BufferData.growing(64);

    @Override
    public void onMessage(WsSession session, String part, boolean last) {
      text.append(part);
      if (last) {
        var whole = text.toString();
        text.setLength(0);
        session.send(whole, true);
      }
    }

    @Override
    public void onMessage(WsSession session, BufferData part, boolean last) {
      bytes.write(part);
      if (last) {
        var whole = bytes.readBytes();
        bytes.clear();
        session.send(BufferData.create(whole), true);
      }
    }
  }
}
