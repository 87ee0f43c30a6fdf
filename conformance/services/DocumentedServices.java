package dev.oneport.conformance;

import com.google.protobuf.Empty;
import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;

/** The services for the programs in docs/clients.md: a method and a socket that fail before they succeed. */
public final class DocumentedServices implements Service {
  private static final Metadata.Key<String> ATTEMPTS =
      Metadata.Key.of("grpc-previous-rpc-attempts", Metadata.ASCII_STRING_MARSHALLER);

  /** How many tries of a call fail first. */
  private static final int FAILURES = 2;

  private static final int LAST = 50;
  private static final int IN_ONE_CONNECTION = 25;
  private static final long PAUSE_MILLIS = 100;

  @Override
  public void mount(Mount port) {
    var empty = ProtoUtils.marshaller(Empty.getDefaultInstance());
    var check =
        MethodDescriptor.newBuilder(empty, empty)
            .setType(MethodType.UNARY)
            .setFullMethodName("shop.Orders/Check")
            .build();
    var orders =
        ServerServiceDefinition.builder("shop.Orders")
            .addMethod(
                check,
                ServerCalls.<Empty, Empty>asyncUnaryCall(
                    (request, answer) -> {
                      answer.onNext(request);
                      answer.onCompleted();
                    }))
            .build();
    port.grpc(() -> ServerInterceptors.intercept(orders, unavailableAtFirst()));
    port.webSocket("/numbers", Numbers::new);
  }

  private static ServerInterceptor unavailableAtFirst() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        var attempts = headers.get(ATTEMPTS);
        if (attempts != null && Integer.parseInt(attempts) >= FAILURES) {
          return next.startCall(call, headers);
        }
        call.close(Status.UNAVAILABLE.withDescription("as the test wants"), new Metadata());
        return new ServerCall.Listener<>() {};
      }
    };
  }

  /** Sends the numbers after the one that the client names, a few per connection, and closes it. */
  private static final class Numbers implements WsListener {
    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      int first = Integer.parseInt(text.substring("after ".length())) + 1;
      Thread.ofVirtual().start(() -> send(session, first));
    }

    private static void send(WsSession session, int first) {
      try {
        for (int number = first; number <= LAST; number++) {
          if (number >= first + IN_ONE_CONNECTION) {
            session.close(1001, "as the test wants");
            return;
          }
          session.send(String.valueOf(number), true);
          Thread.sleep(PAUSE_MILLIS);
        }
        session.close(1000, "");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
