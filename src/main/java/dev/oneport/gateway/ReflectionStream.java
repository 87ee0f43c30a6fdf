package dev.oneport.gateway;

import dev.oneport.gateway.ReflectionFailure.Kind;
import dev.oneport.gateway.standing.RestingUpstream;
import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import dev.oneport.transport.calls.RawMessage;
import dev.oneport.transport.grpc.MessageReader;
import dev.oneport.transport.grpc.ReceivedStatus;
import dev.oneport.transport.http2.client.ClientStream;
import dev.oneport.transport.http2.client.ConnectFailure;
import dev.oneport.transport.http2.flow.StreamPart;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** One call of a bidirectional method of an upstream, on which questions are asked one by one. */
final class ReflectionStream implements AutoCloseable {
  private final Semaphore arrived = new Semaphore(0);
  private final ClientStream stream;
  private final MessageMemory memory;
  private final MessageReader messages;

  /**
   * Opens the call.
   *
   * @param headers what the upstream gets besides
   * @throws ReflectionFailure if the upstream cannot be reached
   */
  ReflectionStream(
      GrpcUpstream upstream,
      MessageMemory memory,
      GrpcLimits limits,
      String method,
      Map<String, String> headers)
      throws ReflectionFailure {
    this.memory = memory;
    var first = StreamPart.head(head(upstream, method, headers), false);
    try {
      stream = upstream.open(first, arrived::release);
    } catch (ConnectFailure | RestingUpstream e) {
      throw new ReflectionFailure(Kind.PASSING, String.valueOf(e.getMessage()));
    }
    messages = MessageReader.raw(stream, limits, memory);
  }

  private static HeaderField[] head(
      GrpcUpstream upstream, String method, Map<String, String> headers) {
    var fields = new ArrayList<HeaderField>();
    fields.add(HeaderField.of(":method", "POST"));
    var scheme = upstream.upstream().scheme().tls() ? "https" : "http";
    fields.add(HeaderField.of(":scheme", scheme));
    fields.add(HeaderField.of(":path", "/" + method));
    fields.add(HeaderField.of(":authority", upstream.authority()));
    fields.add(HeaderField.of("content-type", "application/grpc"));
    fields.add(HeaderField.of("te", "trailers"));
    fields.add(HeaderField.of("user-agent", "oneport"));
    headers.forEach(
        (name, value) -> fields.add(HeaderField.of(name.toLowerCase(Locale.ROOT), value)));
    return fields.toArray(HeaderField[]::new);
  }

  /**
   * Asks a question and waits for its answer.
   *
   * @param deadline as {@link System#nanoTime}
   * @throws ReflectionFailure if there is none
   */
  byte[] ask(byte[] question, long deadline) throws ReflectionFailure, InterruptedException {
    var frame = new RawMessage(false, question, 0, question.length).framed();
    boolean _ = stream.send(frame, 0, frame.length, false);
    while (true) {
      var answer = next();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (!arrived.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new ReflectionFailure(Kind.PASSING, "its reflection took too long");
      }
      arrived.drainPermits();
    }
  }

  private Optional<byte[]> next() throws ReflectionFailure {
    // Read first: everything that arrived before the failure counts.
    var failure = stream.failure();
    var head = stream.head();
    if (head.isPresent()) {
      check(head.get().status(), head.get().first("content-type").orElse(""));
      var message = message();
      if (message.isPresent()) {
        return message;
      }
      if (stream.bodyEnded()) {
        throw ended(
            ReceivedStatus.of(stream.trailers().orElse(head.get()).fields())
                .orElse(Status.INTERNAL));
      }
    }
    if (failure.isPresent()) {
      throw new ReflectionFailure(Kind.PASSING, "its reflection: " + failure.get().detail());
    }
    return Optional.empty();
  }

  private Optional<byte[]> message() throws ReflectionFailure {
    try {
      var message = messages.nextRaw();
      if (message.isPresent() && message.get().compressed()) {
        throw new ReflectionFailure(
            Kind.PASSING, "its reflection sent a message compressed, unasked");
      }
      return message.map(
          it -> Arrays.copyOfRange(it.bytes(), it.offset(), it.offset() + it.length()));
    } catch (CallFailure e) {
      throw new ReflectionFailure(
          Kind.PASSING, "its reflection sent an invalid message: " + e.getMessage());
    }
  }

  private static void check(int status, String type) throws ReflectionFailure {
    if (status != 200 || !ReceivedStatus.isGrpc(type)) {
      throw new ReflectionFailure(Kind.LASTING, "its answer is not gRPC: HTTP status " + status);
    }
  }

  private static ReflectionFailure ended(Status status) {
    var code = status.getCode();
    return switch (code) {
      case UNIMPLEMENTED -> new ReflectionFailure(Kind.UNIMPLEMENTED, "it offers no reflection");
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          new ReflectionFailure(Kind.LASTING, "it refuses reflection: " + code);
      default -> new ReflectionFailure(Kind.PASSING, "its reflection ended with " + code);
    };
  }

  @Override
  public void close() {
    stream.close();
    memory.close();
  }
}
