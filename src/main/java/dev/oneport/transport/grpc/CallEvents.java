package dev.oneport.transport.grpc;

import java.io.InputStream;

/** What a {@link CallLoop} calls: on its thread and in the call's context unless that is said. */
interface CallEvents {
  void start();

  void ready();

  void message(InputStream message);

  void halfClose();

  void complete();

  void cancel();

  /** The client has gone, or is to go: called on the thread that noticed. */
  void lost();

  /** The client does not go on with its request: called on the thread that noticed. */
  void quiet();

  /** One of the above threw. */
  void failed(Throwable failure);
}
