package dev.oneport.gateway;

import dev.oneport.api.Reason;
import dev.oneport.gate.FailedCall;
import dev.oneport.gateway.standing.RestingUpstream;
import dev.oneport.transport.calls.CallControl;
import dev.oneport.transport.calls.RawMessage;
import dev.oneport.transport.http2.client.ClientStream;
import dev.oneport.transport.http2.client.ConnectFailure;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One forwarded call. The client's messages are sent to the upstream on the thread that runs the
 * listener's callbacks; {@link UpstreamAnswer} returns the upstream's messages.
 */
final class ForwardedCall extends ServerCall.Listener<RawMessage> {
  private static final byte[] NOTHING = {};

  private final ServerCall<RawMessage, RawMessage> call;
  private final GrpcForwarder forwarder;
  private final List<HeaderField> fields;
  private final UpstreamTimes times;
  private final UpstreamAnswer answer;
  private final Context context = Context.current();

  // Serialises sending to the upstream; held while a send waits for window.
  private final ReentrantLock sending = new ReentrantLock();
  private final SentMessages sent = new SentMessages();
  private volatile @Nullable ClientStream stream;
  private volatile long asked;
  private volatile long busy = System.nanoTime();
  private volatile boolean over;

  ForwardedCall(
      ServerCall<RawMessage, RawMessage> call,
      GrpcForwarder forwarder,
      List<HeaderField> fields,
      UpstreamTimes times) {
    this.call = call;
    this.forwarder = forwarder;
    this.fields = fields;
    this.times = times;
    this.answer = new UpstreamAnswer(this, call, forwarder.memory());
  }

  /**
   * Opens the stream to the upstream; ends the call if the upstream cannot be reached. A request
   * that has arrived opens it with its first message, so that both are sent in one piece.
   */
  void begin(OpenForwards open) {
    open.add(this);
    forwarder.budget().call();
    // Releases a thread that waits for the upstream, however the call ends.
    context.addListener(
        _ -> {
          open.remove(this);
          end();
        },
        Runnable::run);
    try {
      if (!control().requestArrived()) {
        use(forwarder.open(fields, NOTHING, false, answer::signal));
      }
      call.request(1);
    } catch (ConnectFailure | RestingUpstream e) {
      fail(UpstreamFailure.unreachable(forwarder.upstream(), e));
    }
  }

  private CallControl control() {
    return CallControl.of(call).orElseThrow();
  }

  private void use(ClientStream opened) {
    stream = opened;
    answer.begin(opened, forwarder);
    if (over) {
      opened.close();
    } else if (opened.head().isPresent() || opened.failure().isPresent()) {
      // The stream may have signalled before it was assigned.
      answer.signal();
    }
  }

  @Override
  public void onMessage(RawMessage message) {
    send(message.framed(), control().requestDelivered());
    call.request(1);
  }

  @Override
  public void onHalfClose() {
    asked = System.nanoTime() | 1;
    send(NOTHING, true);
  }

  private void send(byte[] frame, boolean end) {
    sending.lock();
    try {
      if (sent.ended()) {
        // The last message ended the request.
        return;
      }
      sent.add(frame);
      if (end) {
        sent.end();
      }
      var current = stream;
      if (current != null) {
        // If the stream has ended, its answer tells why, or the request is sent again.
        boolean _ = current.send(frame, 0, frame.length, end);
      } else if (!isOver()) {
        use(forwarder.open(fields, frame, end, answer::signal));
      }
      busy();
    } catch (ConnectFailure | RestingUpstream e) {
      fail(UpstreamFailure.unreachable(forwarder.upstream(), e));
    } finally {
      sending.unlock();
    }
  }

  /** Notes that the upstream has begun to answer, after which nothing is sent again. */
  void answered() {
    if (sending.tryLock()) {
      try {
        sent.drop();
      } finally {
        sending.unlock();
      }
    }
  }

  /** Sends the whole request again on another stream; false if that is not possible. */
  boolean sendAgain() {
    sending.lock();
    try {
      if (over || !sent.isComplete() || !forwarder.budget().tryRetry()) {
        return false;
      }
      var old = stream;
      if (old != null) {
        old.close();
      }
      var again = context.call(() -> forwarder.open(fields, NOTHING, false, answer::signal));
      use(again);
      for (var frame : sent.frames()) {
        boolean _ = again.send(frame, 0, frame.length, false);
      }
      if (sent.ended()) {
        boolean _ = again.send(NOTHING, 0, 0, true);
      }
      return true;
    } catch (ConnectFailure | RestingUpstream e) {
      System.getLogger(ForwardedCall.class.getName())
          .log(System.Logger.Level.DEBUG, "not sent again: {0}", e.getMessage());
      return false;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      sending.unlock();
    }
  }

  /** Restarts the idle time, because data was sent in some direction. */
  void busy() {
    busy = System.nanoTime();
  }

  /** Checks for timeouts; called periodically. */
  void look(long now) {
    long since = asked;
    boolean late = since != 0 && !answer.hasBegun() && now - since > times.firstByte().toNanos();
    boolean silent = now - busy > times.idle().toNanos() && !answer.isSending();
    if (late || silent) {
      answer.late();
    }
  }

  /** Ends the call for a reason of the error table. */
  void fail(Reason reason, String detail) {
    fail(new FailedCall(reason, forwarder.upstream().name() + ": " + detail));
  }

  private void fail(FailedCall failure) {
    if (!over) {
      var status = Status.fromCode(Status.Code.valueOf(failure.reason().code()));
      call.close(status.withCause(failure), new Metadata());
      end();
    }
  }

  boolean isOver() {
    return over || call.isCancelled();
  }

  /** Closes the stream to the upstream. */
  void end() {
    over = true;
    var current = stream;
    if (current != null) {
      current.close();
    }
    answer.close();
  }
}
