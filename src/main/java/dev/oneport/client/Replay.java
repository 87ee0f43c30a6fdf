package dev.oneport.client;

import com.google.protobuf.MessageLite;
import io.grpc.ClientCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a stub's call so far, to repeat them on another try. It keeps a bounded amount; a
 * call that sent more is not retried. Not thread-safe.
 */
final class Replay<Q, R> {
  /** In bytes; the same as grpc-java's default for its own retries. */
  private static final int MOST = 1 << 20;

  /** The assumed size of a message that is not protobuf. */
  private static final int UNKNOWN_SIZE = 1 << 10;

  private final List<Consumer<ClientCall<Q, R>>> steps = new ArrayList<>();
  private @Nullable ClientCall<Q, R> current;
  private int requested;
  private long bytes;
  private boolean committed;

  /** Repeats all steps on a call; further steps go to that call. */
  void to(ClientCall<Q, R> call) {
    current = call;
    if (requested > 0) {
      call.request(requested);
    }
    steps.forEach(step -> step.accept(call));
    commitIfTooLarge();
  }

  /** The try is over. */
  void detach() {
    current = null;
  }

  @Nullable ClientCall<Q, R> current() {
    return current;
  }

  void request(int messages) {
    requested += messages;
    if (current != null) {
      current.request(messages);
    }
  }

  void send(Q message) {
    bytes += message instanceof MessageLite known ? known.getSerializedSize() : UNKNOWN_SIZE;
    step(call -> call.sendMessage(message));
    commitIfTooLarge();
  }

  void step(Consumer<ClientCall<Q, R>> step) {
    if (current != null) {
      step.accept(current);
    }
    if (!committed) {
      steps.add(step);
    }
  }

  /** Allows no further try. */
  void commit() {
    committed = true;
    steps.clear();
  }

  boolean committed() {
    return committed;
  }

  private void commitIfTooLarge() {
    if (bytes > MOST && current != null) {
      commit();
    }
  }
}
