package dev.oneport.client;

import io.grpc.MethodDescriptor;

/** One try of a call that {@link OnePortClient#retry} makes. */
public interface Attempt {
  /**
   * Opens a gRPC call of any kind, with the token of this try and without a deadline.
   *
   * @throws CallFailed if no token is available
   */
  <Q, R> Connection<Q, R> open(MethodDescriptor<Q, R> method) throws InterruptedException;

  /**
   * Opens a WebSocket, with the token of this try; the token is renewed while the socket is open.
   *
   * @param path begins with {@code /}
   * @throws CallFailed if the server does not open it
   */
  Connection<SocketMessage, SocketMessage> openSocket(String path) throws InterruptedException;

  /** Reports progress: the count of tries and the time allowed start over. */
  void progressed();
}
