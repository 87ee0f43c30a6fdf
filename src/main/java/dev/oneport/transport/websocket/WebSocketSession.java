package dev.oneport.transport.websocket;

import io.helidon.common.buffers.BufferData;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.OutputStream;
import java.io.Writer;

/**
 * A socket as its listener sees it: every {@link WsSession} that a {@link WsListener} gets here is
 * one.
 *
 * <p>All methods may be called from any thread. Frames are never mixed up: a message that is begun
 * with {@code last} false belongs to the thread that began it until that thread ends it, and a
 * stream's message to the stream; other messages wait for it. A send blocks while others send and
 * while the client reads slowly; a client that takes nothing for longer than the limit set ends the
 * socket. On a socket that has ended or is being closed sends throw {@link WebSocketFailure};
 * closing does nothing then.
 */
public interface WebSocketSession extends WsSession {
  /** Casts the session that a listener was given. */
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

  /** One text message, sent while it is written and ended by closing the writer. */
  Writer textStream();

  /** One binary message, sent while it is written and ended by closing the stream. */
  OutputStream binaryStream();

  /** Sets how the messages after the current one are delivered; best called in {@code onOpen}. */
  void receive(Delivery delivery);

  /** How much was sent on it so far. */
  Sent sent();

  /** Whether it ended because the client closed it, and with the client's code. */
  boolean closedByClient();

  /** Whether it can still be sent to. */
  boolean isOpen();

  /**
   * Ends the socket with a close frame, and the connection when the client has answered or has
   * taken too long to; no message is delivered any more. Returns at once when called by another
   * thread than the one that calls the listener.
   *
   * @throws IllegalArgumentException for a code that no close frame may carry
   */
  @Override
  WebSocketSession close(int code, String reason);

  /**
   * Ends the socket like {@link #close}, but not while its listener handles a message: the client
   * then knows that an unanswered message was not processed, and can safely send it elsewhere.
   */
  WebSocketSession finish(int code, String reason);

  /** Ends the connection at once, without a close frame. */
  @Override
  WebSocketSession terminate();
}
