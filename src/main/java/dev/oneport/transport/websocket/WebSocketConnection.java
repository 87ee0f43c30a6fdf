package dev.oneport.transport.websocket;

import dev.oneport.transport.time.DeadlineWatch;
import dev.oneport.transport.websocket.WebSocketFailure.Kind;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.SocketContext;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.websocket.WsCloseException;
import io.helidon.websocket.WsListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One socket from the end of its handshake to the end of its connection. */
final class WebSocketConnection
    implements ServerConnection, InterruptableTask<Void>, DeadlineWatch.Watched, Inbound.Receiver {
  private static final Logger LOG = System.getLogger(WebSocketConnection.class.getName());

  /**
   * How long a client that violated the protocol has to read the close frame before the connection
   * is closed.
   */
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  private final WebSocketServer server;
  private final ConnectionContext context;
  private final Author author;
  private final EndCause ending;
  private final Heartbeat heartbeat;
  private final WebSocketOutbound outbound;
  private final ReadAhead ahead;
  private final Inbound inbound;
  private final @Nullable MessageInflater inflater;
  private volatile @Nullable Thread reader;
  private volatile long closeUntil;

  /** Messages are handled one at a time, and a draining socket closes between two messages. */
  private final Object turn = new Object();

  private boolean handling;
  private long turns;
  private long turnsAtLastLook;
  private @Nullable CloseReason finish;

  WebSocketConnection(
      WebSocketServer server,
      ConnectionContext context,
      WsListener listener,
      @Nullable String subProtocol,
      @Nullable Deflate deflate) {
    this.server = server;
    this.context = context;
    var limits = server.limits();
    var watchdog = server.watchdog();
    var codecs = server.codecs();
    this.author = new Author(listener, new Session(this, subProtocol));
    this.ending = new EndCause(context);
    this.heartbeat = new Heartbeat(watchdog, limits);
    this.inflater = deflate == null ? null : new MessageInflater(codecs);
    var deflater = deflate == null ? null : new MessageDeflater(codecs, deflate);
    this.outbound = new WebSocketOutbound(context.dataWriter(), watchdog, limits, ending, deflater);
    var memory = server.memory();
    this.ahead = new ReadAhead(context, memory.share(), this::answerEarly);
    var bytes = new ByteSource(context, heartbeat, ahead);
    this.inbound = new Inbound(bytes, limits, inflater, memory.share(), this);
  }

  @Override
  public void handle(Limit limit) {
    reader = Thread.currentThread();
    author.within(limit);
    server.watchdog().watch(this);
    try {
      author.opened();
      answer(inbound.run());
    } catch (WebSocketFailure e) {
      fail(e);
    } catch (HandlerFailure e) {
      fail(e.thrown());
    } finally {
      end();
    }
  }

  /**
   * Handles the client's close frame: either it answers the server's, or it is answered with the
   * same code.
   */
  private void answer(CloseFrame frame) {
    if (ending.because(End.of(frame))) {
      sayClose(frame.code(), "");
    } else {
      sayClose();
    }
  }

  private void fail(WebSocketFailure failure) {
    ending.because(End.of(failure));
    switch (failure.kind()) {
      case PROTOCOL -> farewell(inbound::dropRest);
      case DATA, TOO_LARGE, BUSY -> farewell(inbound::run);
      case LOST, SILENT, SLOW, TERMINATED, CLOSED -> {}
    }
  }

  private void fail(Throwable thrown) {
    if (!ending.begun()) {
      var reason = closeReason(thrown);
      ending.because(new End(reason.code(), reason.text(), thrown));
    }
    farewell(inbound::run);
  }

  private CloseReason closeReason(Throwable thrown) {
    if (thrown instanceof WsCloseException close && CloseCode.sendable(close.closeCode())) {
      return new CloseReason(close.closeCode(), Objects.requireNonNullElse(close.getMessage(), ""));
    }
    LOG.log(Level.WARNING, "a WebSocket listener failed", thrown);
    return server.closeReason(thrown);
  }

  /**
   * Sends the close frame and reads until the client has finished sending: if the connection were
   * closed earlier, a reset could overtake the frame.
   */
  private void farewell(Runnable listen) {
    sayClose();
    if (closeUntil == 0) {
      closeUntil = server.watchdog().after(LAST_WORDS);
    }
    try {
      listen.run();
    } catch (WebSocketFailure _) {
      // The client did not answer with a valid close frame.
    }
  }

  /** Sends the close frame for the cause, if it has one. */
  private void sayClose() {
    var end = ending.cause();
    if (end != null && end.code() != CloseCode.ABNORMAL) {
      sayClose(end.code(), end.reason());
    }
  }

  private void sayClose(int code, String text) {
    try {
      outbound.close(CloseReason.payload(code, text));
    } catch (WebSocketFailure e) {
      LOG.log(Level.TRACE, "the close frame could not be sent", e);
    }
  }

  /** Ends a socket whose 101 could not be sent to the client. */
  void neverOpened(RuntimeException cause) {
    author.ended(new End(CloseCode.ABNORMAL, "", cause));
  }

  private void end() {
    server.watchdog().forget(this);
    ending.abort(Kind.LOST, "the connection ended");
    outbound.release();
    ahead.close();
    inbound.close();
    if (inflater != null) {
      inflater.close();
    }
    try {
      author.ended(Objects.requireNonNull(ending.cause()));
    } finally {
      server.ended(this);
    }
  }

  /** Ends the socket with a close frame, unless it is already ending. */
  void close(CloseReason reason) {
    if (!ending.because(new End(reason.code(), reason.text(), null))) {
      return;
    }
    closeUntil = server.watchdog().after(server.limits().closeTimeout());
    if (Thread.currentThread().equals(reader)) {
      sayClose();
    } else {
      // The thread that ends sockets must not wait for clients that do not read.
      Thread.startVirtualThread(this::sayClose);
    }
  }

  /** Ends the socket like {@link #close(CloseReason)} once no message is being handled. */
  void finish(CloseReason reason) {
    synchronized (turn) {
      if (handling) {
        finish = reason;
      } else {
        close(reason);
      }
    }
  }

  /** Handles a message, unless the socket is ending. */
  private void deliver(Runnable message) {
    synchronized (turn) {
      if (discards()) {
        return;
      }
      handling = true;
      turns++;
    }
    try {
      message.run();
    } finally {
      CloseReason due;
      synchronized (turn) {
        handling = false;
        due = finish;
      }
      if (due != null) {
        close(due);
      }
    }
  }

  /** Answers pings on another thread while the reader handles a long message. */
  private void lookAtTurn() {
    synchronized (turn) {
      var longTurn = handling && turns == turnsAtLastLook;
      turnsAtLastLook = turns;
      if (longTurn && inbound.beginReadAhead()) {
        Thread.ofVirtual().name("websocket-pings").start(ahead::run);
      }
    }
  }

  @Override
  public void look(long now) {
    outbound.look(now);
    if (ending.begun()) {
      if (closeUntil != 0 && now > closeUntil) {
        ending.abort();
      }
      return;
    }
    lookAtTurn();
    switch (heartbeat.look(now, outbound.busy())) {
      case NOTHING -> {}
      case PING -> Thread.startVirtualThread(outbound::heartbeat);
      case GIVE_UP -> ending.abort(Kind.SILENT, "the peer answers no pings");
    }
  }

  @Override
  public void text(String text, boolean last) {
    deliver(() -> author.text(text, last));
  }

  @Override
  public void binary(byte[] bytes, boolean last) {
    deliver(() -> author.binary(bytes, last));
  }

  @Override
  public void ping(byte[] payload) {
    if (!discards()) {
      if (!ahead.answered()) {
        outbound.control(Opcode.PONG, payload);
      }
      author.ping(payload);
    }
  }

  /** Answers a ping; the listener is notified later if the socket is still open. */
  private void answerEarly(byte[] payload) {
    try {
      outbound.control(Opcode.PONG, payload);
    } catch (WebSocketFailure e) {
      LOG.log(Level.TRACE, "a pong could not be sent", e);
    }
  }

  @Override
  public void pong(byte[] payload) {
    if (!discards()) {
      author.pong(payload);
    }
  }

  @Override
  public boolean discards() {
    return ending.begun();
  }

  @Override
  public Duration idleTime() {
    return heartbeat.silence(outbound.sent());
  }

  /**
   * Never idle for Helidon: the server closes it with a close frame, which also ends its thread.
   */
  @Override
  public boolean canInterrupt() {
    return false;
  }

  @Override
  public void close(boolean interrupt) {
    if (!interrupt) {
      close(new CloseReason(CloseCode.GOING_AWAY, ""));
      return;
    }
    ending.abort(Kind.TERMINATED, "the server stops");
    var thread = reader;
    if (thread != null) {
      thread.interrupt();
    }
  }

  WebSocketOutbound outbound() {
    return outbound;
  }

  EndCause ending() {
    return ending;
  }

  void receive(Delivery delivery) {
    inbound.receive(delivery);
  }

  SocketContext context() {
    return context;
  }
}
