package dev.oneport.server;

import dev.oneport.api.Mount;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Unary methods that do what their request says; more words behind a space mean nothing to it. */
final class PlannedCalls {
  private static final Metadata.Key<String> MORE =
      Metadata.Key.of("x-more", Metadata.ASCII_STRING_MARSHALLER);

  private final Map<String, CountDownLatch> followed = new ConcurrentHashMap<>();

  /** Is counted down when a call waits that has this as its second word. */
  CountDownLatch follow(String name) {
    return followed.computeIfAbsent(name, _ -> new CountDownLatch(1));
  }

  void mount(Mount port) {
    port.errors(
        UnsupportedOperationException.class,
        _ -> Status.FAILED_PRECONDITION.withDescription("mapped").asRuntimeException());
    var service = ServerServiceDefinition.builder("Same");
    for (var name : new String[] {"Do", "Closed"}) {
      service.addMethod(
          MethodDescriptor.newBuilder(
                  ProtoUtils.marshaller(PingRequest.getDefaultInstance()),
                  ProtoUtils.marshaller(PongResult.getDefaultInstance()))
              .setFullMethodName("Same/" + name)
              .setType(MethodType.UNARY)
              .build(),
          ServerCalls.asyncUnaryCall(this::call));
    }
    port.grpc(service::build);
  }

  private void call(PingRequest request, StreamObserver<PongResult> answer) {
    var words = request.getMessage().split(" ", -1);
    for (var step : words[0].split(",", -1)) {
      var parts = step.split(":", 2);
      step(parts[0], parts.length == 1 ? "" : parts[1], words, answer);
    }
  }

  private void step(String step, String of, String[] words, StreamObserver<PongResult> answer) {
    switch (step) {
      case "answer" -> answer.onNext(PongResult.newBuilder().setMessage("pong").build());
      case "echo" ->
          answer.onNext(PongResult.newBuilder().setMessage(String.join(" ", words)).build());
      case "complete" -> answer.onCompleted();
      case "later" -> Thread.startVirtualThread(answer::onCompleted);
      case "error" -> answer.onError(failure(of));
      case "status" -> throw failure(of);
      case "mapped" -> throw new UnsupportedOperationException("a secret of the handler");
      case "throw" -> throw new IllegalStateException("a secret of the handler");
      case "wait" -> reached(words);
      case "sleep" -> {
        reached(words);
        sleep();
      }
      default -> throw new AssertionError(step);
    }
  }

  private void reached(String[] words) {
    if (words.length > 1) {
      follow(words[1]).countDown();
    }
  }

  private static StatusRuntimeException failure(String code) {
    var trailers = new Metadata();
    trailers.put(MORE, "more");
    return Status.fromCode(Status.Code.valueOf(code))
        .withDescription("of the handler")
        .asRuntimeException(trailers);
  }

  private static void sleep() {
    try {
      TimeUnit.SECONDS.sleep(20);
    } catch (InterruptedException _) {
      // what follows is done
    }
  }
}
