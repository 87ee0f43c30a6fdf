package dev.oneport.testing;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Does the same on each protocol: records an id and returns it. */
public final class CountingService implements Service {
  public static final MethodDescriptor<String, String> ONE =
      ProbeService.method("Count/One", MethodType.UNARY);

  private final Map<String, AtomicInteger> done = new ConcurrentHashMap<>();

  @Override
  public void mount(Mount port) {
    port.http()
        .get("/count", (request, response) -> response.send(count(request.query().get("id"))))
        .post(
            "/count",
            (request, response) -> response.send(count(request.content().as(String.class))));
    port.grpc(
        () ->
            ServerServiceDefinition.builder("Count")
                .addMethod(
                    ONE,
                    ServerCalls.asyncUnaryCall(
                        (id, answer) -> {
                          answer.onNext(count(id));
                          answer.onCompleted();
                        }))
                .build());
    port.webSocket(
        "/count",
        () ->
            new WsListener() {
              @Override
              public void onMessage(WsSession session, String text, boolean last) {
                session.send(count(text), true);
              }
            });
  }

  /** The ids seen so far. */
  public Set<String> done() {
    return done.keySet();
  }

  /** The ids seen more than once, with their counts. */
  public Map<String, Integer> doneTwice() {
    return done.entrySet().stream()
        .filter(entry -> entry.getValue().get() > 1)
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().get()));
  }

  private String count(String id) {
    done.computeIfAbsent(id, _ -> new AtomicInteger()).incrementAndGet();
    return id;
  }
}
