package dev.oneport.client;

import com.google.protobuf.MessageLite;
import io.grpc.ClientCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a stub did to a call so far, so that another try can have the same done to it. It keeps a
 * bounded amount; a call that sent more is not made again. Not safe for several threads.
 */
final class Replay<Q, R> {
  /** As much as grpc-java keeps for its own retries, in bytes. */
  private static final int MOST = 1 << 20;

  /** What a message that does not tell its size is taken for. */
  private static final int UNKNOWN_SIZE = 1 << 10;

  private final List<Consumer<ClientCall<Q, R>>> steps = new ArrayList<>();
  private @Nullable ClientCall<Q, R> current;
  private int requested;
  private long bytes;
  private boolean committed;

  /** Does all again to a call, which gets what comes from now on. */
  void to(ClientCall<Q, R> call) {
    current = call;
    if (requested > 0) {
      call.request(requested);
    }
    steps.forEach(step -> step.accept(call));
    forgetWhatIsTooMuch();
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
    forgetWhatIsTooMuch();
  }

  void step(Consumer<ClientCall<Q, R>> step) {
    if (current != null) {
      step.accept(current);
    }
    if (!committed) {
      steps.add(step);
    }
  }

  /** There will be no other try. */
  void commit() {
    committed = true;
    steps.clear();
  }

  boolean committed() {
    return committed;
  }

  private void forgetWhatIsTooMuch() {
    if (bytes > MOST && current != null) {
      commit();
    }
  }
}
