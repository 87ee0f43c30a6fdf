package dev.oneport.client;

import io.grpc.ClientCall;
import java.util.concurrent.locks.ReentrantLock;

/** A call whose steps are applied to the current try, and recorded for later ones. */
abstract class RecordedCall<Q, R> extends ClientCall<Q, R> {
  /** Guards the record and the state of the call; not held while the stub's listener is called. */
  final ReentrantLock lock = new ReentrantLock();

  final Replay<Q, R> replay = new Replay<>();

  @Override
  public void request(int messages) {
    locked(() -> replay.request(messages));
  }

  @Override
  public void sendMessage(Q message) {
    locked(() -> replay.send(message));
  }

  @Override
  public void halfClose() {
    locked(() -> replay.step(ClientCall::halfClose));
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    locked(() -> replay.step(call -> call.setMessageCompression(enabled)));
  }

  @Override
  public boolean isReady() {
    lock.lock();
    try {
      var current = replay.current();
      return current != null && current.isReady();
    } finally {
      lock.unlock();
    }
  }

  final void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }
}
