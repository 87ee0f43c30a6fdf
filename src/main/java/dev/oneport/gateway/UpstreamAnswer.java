package dev.oneport.gateway;

import dev.oneport.api.Reason;
import dev.oneport.transport.calls.CallControl;
import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.MessageMemory;
import dev.oneport.transport.calls.RawMessage;
import dev.oneport.transport.grpc.GrpcMetadata;
import dev.oneport.transport.grpc.MessageReader;
import dev.oneport.transport.grpc.ReceivedStatus;
import dev.oneport.transport.http2.client.ClientStream;
import dev.oneport.transport.http2.client.ReceivedFields;
import dev.oneport.transport.http2.client.StreamFailure;
import dev.oneport.transport.http2.client.StreamFailure.Kind;
import dev.oneport.transport.http2.flow.Threads;
import dev.oneport.transport.http2.frames.ErrorCode;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Passes an upstream's answer on to the client of a call: head, messages, status. A thread runs
 * while there is something to pass on. It blocks while the client does not read, and then the
 * upstream runs out of window and waits too.
 */
final class UpstreamAnswer {
  /** The stream of one attempt, and its messages. */
  private record Source(ClientStream stream, MessageReader messages) {}

  private final ForwardedCall forwarded;
  private final ServerCall<RawMessage, RawMessage> call;
  private final MessageMemory memory;
  private final AtomicInteger signals = new AtomicInteger();
  private volatile @Nullable Source source;
  private volatile boolean begun;
  private volatile boolean sending;
  private volatile boolean late;

  // Used only by the thread.
  private boolean headSent;
  private boolean repeated;

  UpstreamAnswer(
      ForwardedCall forwarded, ServerCall<RawMessage, RawMessage> call, MessageMemory memory) {
    this.forwarded = forwarded;
    this.call = call;
    this.memory = memory;
  }

  void begin(ClientStream stream, GrpcForwarder forwarder) {
    source = new Source(stream, forwarder.reader(stream, memory));
  }

  /** Notes that the stream has changed; starts the thread if none runs. */
  void signal() {
    if (signals.getAndIncrement() == 0) {
      Threads.start("grpc-answer", this::run);
    }
  }

  /** Notes that the upstream has timed out. */
  void late() {
    late = true;
    signal();
  }

  /** Whether the upstream has begun to answer. */
  boolean hasBegun() {
    return begun;
  }

  /** Whether the thread is waiting for the client. */
  boolean isSending() {
    return sending;
  }

  void close() {
    memory.close();
  }

  private void run() {
    int seen = signals.get();
    do {
      bring();
      seen = signals.addAndGet(-seen);
    } while (seen != 0);
  }

  private void bring() {
    try {
      while (!forwarded.isOver() && turn()) {
        forwarded.busy();
        late = false;
      }
    } catch (CallFailure e) {
      // The upstream sent an invalid message.
      var reason =
          switch (e.failure()) {
            case MESSAGE_TOO_LARGE -> Reason.MESSAGE_TOO_LARGE;
            case OUT_OF_MEMORY -> Reason.LIMIT_EXCEEDED;
            default -> Reason.UPSTREAM_UNAVAILABLE;
          };
      forwarded.fail(reason, "the upstream's answer: " + e.getMessage());
    } catch (RuntimeException e) {
      System.getLogger(UpstreamAnswer.class.getName())
          .log(System.Logger.Level.WARNING, "forwarding a call failed", e);
      forwarded.fail(Reason.INTERNAL, "forwarding failed: " + e);
    }
  }

  /** Passes on the next part; false if there is none yet, or the call has ended. */
  private boolean turn() {
    var from = source;
    if (from == null) {
      return false;
    }
    // Read before the received data, so that everything that arrived before the failure is passed
    // on.
    var failure = from.stream().failure();
    if (!headSent) {
      var head = from.stream().head();
      if (head.isPresent()) {
        return head(from.stream(), head.get());
      }
    } else {
      var message = from.messages().nextRaw();
      if (message.isPresent()) {
        var raw = message.get();
        if (raw.compressed() && call.getAttributes().get(CallControl.AS_IS) == null) {
          throw new CallFailure(GrpcFailure.MALFORMED, "compressed, which was not accepted");
        }
        sending = true;
        call.sendMessage(raw);
        sending = false;
        return true;
      }
      if (from.messages().isAtEnd()) {
        trailers(from.stream());
        return false;
      }
    }
    if (failure.isPresent()) {
      return failed(failure.get());
    }
    if (late) {
      forwarded.fail(Reason.UPSTREAM_TIMEOUT, "the upstream took too long");
    }
    return false;
  }

  private boolean head(ClientStream stream, ReceivedFields head) {
    begun = true;
    forwarded.answered();
    var type = head.first("content-type").orElse("");
    if (head.status() != 200 || !ReceivedStatus.isGrpc(type)) {
      forwarded.fail(
          Reason.UPSTREAM_UNAVAILABLE,
          "the upstream's answer is not gRPC: status " + head.status() + ", " + type);
      return false;
    }
    var status = ReceivedStatus.of(head.fields());
    if (status.isPresent() && stream.bodyEnded()) {
      close(status.get(), head);
      return false;
    }
    if (status.isPresent() && stream.failure().isEmpty() && stream.available() == 0) {
      // A complete answer; its end is signalled separately.
      return false;
    }
    headSent = true;
    if (stream.bodyEnded()) {
      CallControl.of(call).ifPresent(CallControl::gather);
    }
    call.sendHeaders(GrpcMetadata.of(head.fields()));
    return true;
  }

  private void trailers(ClientStream stream) {
    var trailers = stream.trailers();
    var status = trailers.flatMap(fields -> ReceivedStatus.of(fields.fields()));
    if (status.isPresent()) {
      close(status.get(), trailers.get());
    } else {
      forwarded.fail(Reason.UPSTREAM_UNAVAILABLE, "the upstream's answer ended without a status");
    }
  }

  private void close(Status status, ReceivedFields trailers) {
    sending = true;
    call.close(status, GrpcMetadata.of(trailers.fields()));
    sending = false;
    forwarded.end();
  }

  private boolean failed(StreamFailure failure) {
    if (failure.kind() == Kind.NOT_PROCESSED && !begun && !repeated) {
      repeated = true;
      if (forwarded.sendAgain()) {
        return true;
      }
    }
    if (failure.kind() == Kind.RESET) {
      call.close(status(failure.code()).withDescription(failure.detail()), new Metadata());
      forwarded.end();
    } else {
      forwarded.fail(Reason.UPSTREAM_UNAVAILABLE, failure.detail());
    }
    return false;
  }

  /**
   * The status for a code of HTTP/2 that reset the stream, from the table of errors in gRPC's
   * document on its protocol over HTTP/2.
   */
  private static Status status(int code) {
    if (code == ErrorCode.REFUSED_STREAM.code()) {
      return Status.UNAVAILABLE;
    }
    if (code == ErrorCode.CANCEL.code()) {
      return Status.CANCELLED;
    }
    if (code == ErrorCode.ENHANCE_YOUR_CALM.code()) {
      return Status.RESOURCE_EXHAUSTED;
    }
    return code == ErrorCode.INADEQUATE_SECURITY.code()
        ? Status.PERMISSION_DENIED
        : Status.INTERNAL;
  }
}
