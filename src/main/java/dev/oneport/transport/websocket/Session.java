package dev.oneport.transport.websocket;

import dev.oneport.transport.websocket.WebSocketFailure.Kind;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.SocketContext;
import java.io.OutputStream;
import java.io.Writer;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A connection as its listener sees it. */
final class Session implements WebSocketSession {
  private static final int MAX_CONTROL_BYTES = 125;

  private final WebSocketConnection connection;
  private final @Nullable String subProtocol;

  Session(WebSocketConnection connection, @Nullable String subProtocol) {
    this.connection = connection;
    this.subProtocol = subProtocol;
  }

  @Override
  public WebSocketSession send(String text, boolean last) {
    connection.outbound().text(Thread.currentThread(), text, last);
    return this;
  }

  @Override
  public WebSocketSession send(BufferData buffer, boolean last) {
    connection.outbound().binary(Thread.currentThread(), buffer.readBytes(), last);
    return this;
  }

  @Override
  public WebSocketSession ping(BufferData buffer) {
    return control(Opcode.PING, buffer);
  }

  @Override
  public WebSocketSession pong(BufferData buffer) {
    return control(Opcode.PONG, buffer);
  }

  private WebSocketSession control(Opcode opcode, BufferData buffer) {
    if (buffer.available() > MAX_CONTROL_BYTES) {
      throw new IllegalArgumentException("a ping or pong has at most 125 bytes");
    }
    connection.outbound().control(opcode, buffer.readBytes());
    return this;
  }

  @Override
  public Writer textStream() {
    return new WebSocketMessageWriter(connection.outbound());
  }

  @Override
  public OutputStream binaryStream() {
    return new MessageOutputStream(connection.outbound());
  }

  @Override
  public void receive(Delivery delivery) {
    connection.receive(delivery);
  }

  @Override
  public Sent sent() {
    return connection.outbound().sent();
  }

  @Override
  public void onSent(LongConsumer told) {
    connection.outbound().onSent(told);
  }

  @Override
  public boolean closedByClient() {
    var cause = connection.ending().cause();
    return cause != null && cause.byClient();
  }

  @Override
  public boolean isOpen() {
    return !connection.ending().begun();
  }

  @Override
  public WebSocketSession close(int code, String reason) {
    connection.close(new CloseReason(code, reason));
    return this;
  }

  @Override
  public WebSocketSession finish(int code, String reason) {
    connection.finish(new CloseReason(code, reason));
    return this;
  }

  @Override
  public WebSocketSession terminate() {
    connection.ending().abort(Kind.TERMINATED, "ended by the server");
    return this;
  }

  @Override
  public Optional<String> subProtocol() {
    return Optional.ofNullable(subProtocol);
  }

  @Override
  public SocketContext socketContext() {
    return connection.context();
  }
}
