package dev.oneport.transport.websocket;

import io.helidon.common.buffers.BufferData;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.OutputStream;
import java.io.Writer;
import java.util.function.LongConsumer;

/**
 * A socket as its listener sees it: every {@link WsSession} that this server passes to a {@link
 * WsListener} is one.
 *
 * <p>All methods may be called from any thread. Messages are never mixed: a message begun with
 * {@code last} false belongs to its thread until that thread ends it, and a stream's message
 * belongs to the stream; other messages wait. A send blocks while other threads send and while the
 * client reads slowly; if a client reads nothing within the time limit, the socket ends. On a
 * socket that has ended or is being closed, sends throw {@link WebSocketFailure}, and closing does
 * nothing.
 */
public interface WebSocketSession extends WsSession {
  /** Casts the session that a listener got. */
  static WebSocketSession of(WsSession session) {
    return (WebSocketSession) session;
  }

  @Override
  WebSocketSession send(String text, boolean last);

  @Override
  WebSocketSession send(BufferData buffer, boolean last);

  /** Sends a whole text message. */
  default WebSocketSession send(String text) {
    return send(text, true);
  }

  /** A text message, sent while it is written; closing the writer ends it. */
  Writer textStream();

  /** A binary message, sent while it is written; closing the stream ends it. */
  OutputStream binaryStream();

  /** Sets how the messages after the current one are delivered; best called in {@code onOpen}. */
  void receive(Delivery delivery);

  /** The messages sent so far. */
  Sent sent();

  /**
   * Sets what gets the size of each message that was sent, as counted by {@link #sent}; called one
   * at a time, on the senders' threads, and must not block.
   */
  void onSent(LongConsumer told);

  /** Whether the client closed the socket, so that its code counts. */
  boolean closedByClient();

  /** Whether messages can still be sent. */
  boolean isOpen();

  /**
   * Ends the socket with a close frame, and the connection after the client has answered or the
   * time limit has passed; no more messages are delivered. Returns at once unless called on the
   * thread that calls the listener.
   *
   * @throws IllegalArgumentException for a code that no close frame may carry
   */
  @Override
  WebSocketSession close(int code, String reason);

  /**
   * Ends the socket like {@link #close}, but not while its listener handles a message, so that the
   * client knows that an unanswered message was not processed and can safely send it elsewhere.
   */
  WebSocketSession finish(int code, String reason);

  /** Ends the connection at once, without a close frame. */
  @Override
  WebSocketSession terminate();
}
