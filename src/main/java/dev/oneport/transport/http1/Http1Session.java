package dev.oneport.transport.http1;

import dev.oneport.trace.CurrentTrace;
import dev.oneport.transport.ClientWatch;
import dev.oneport.transport.DirectResponse;
import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.Sockets;
import dev.oneport.transport.time.DeadlineWatch;
import dev.oneport.transport.time.Wait;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.common.task.InterruptableTask;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A connection while it uses HTTP/1.1: Helidon's connection and the guards around it. */
final class Http1Session implements DeadlineWatch.Watched, ClientWatch.Served {
  private static final Logger LOG = System.getLogger(Http1Session.class.getName());
  private static final long NOT_LINGERING = 0;

  /**
   * How long to read from an idle connection that is being closed, because a request may be in
   * flight.
   */
  private static final Duration UNDER_WAY = Duration.ofMillis(500);

  private final Http1Server server;
  private final ConnectionContext context;
  private final Wait writing = new Wait();
  private final Input input;
  private final RequestSource source;
  private final GuardedWriter writer;
  private final LargeHeads.Share memory;
  private final ServerConnection helidon;

  private volatile boolean closing;
  private volatile Duration linger;
  private volatile long lingerUntil = NOT_LINGERING;
  private volatile Http1Exchange exchange;
  private @Nullable ServerConnection next;
  private int slow;
  private int status;
  private volatile boolean gone;

  /** The thread that sends a refusal; guarded by this object's monitor. */
  private @Nullable Thread refusing;

  // Also guarded by this object's monitor.
  private @Nullable Thread serving;
  private @Nullable Runnable onGone;
  private boolean handled;
  private boolean interrupted;

  Http1Session(Http1Server server, ConnectionContext context, Input input) {
    this.server = server;
    this.context = context;
    this.input = input;
    this.linger = server.limits().lingerTimeout();
    var watchdog = server.watchdog();
    this.memory = server.heads().share(() -> Sockets.close(context));
    this.source =
        new RequestSource(
            input,
            server.limits(),
            watchdog,
            server.protocols(context.isSecure()),
            context.listenerContext().config().maxPayloadSize(),
            this::self,
            head -> head.report(server.refused(), context.remotePeer().address()),
            memory);
    this.writer = new GuardedWriter(context.dataWriter(), server.limits(), watchdog, writing);
    this.exchange = new Http1Exchange(source, writer);
    this.helidon =
        server.helidon(new GuardedContext(this, context, new FieldReader(this::next), writer));
  }

  /** Serves the connection until it ends; returns the protocol that takes it over, if any. */
  @Nullable ServerConnection run(Limit limit) throws InterruptedException {
    serve(Thread.currentThread());
    server.watchdog().watch(this);
    try {
      ScopedValue.where(ClientWatch.SERVED, this)
          .call(
              () -> {
                helidon.handle(limit);
                return true;
              });
      return next;
    } finally {
      serve(null);
      try {
        if (next == null && (refused() || source.unread())) {
          linger();
        }
      } finally {
        server.watchdog().forget(this);
        memory.release();
      }
    }
  }

  private synchronized void serve(@Nullable Thread thread) {
    serving = thread;
  }

  private byte @Nullable [] next() {
    // Helidon's connection can be interrupted only while it waits for a request line.
    var wantsHead = ((InterruptableTask<?>) helidon).canInterrupt();
    if (wantsHead) {
      CurrentTrace.clear();
      // A 100 or a refusal may be written before the next response begins.
      writer.response(null);
      exchange = new Http1Exchange(source, writer);
      synchronized (this) {
        onGone = null;
        handled = false;
      }
    }
    return source.next(wantsHead);
  }

  /** Whether the client was too slow; waits until the refusal has been sent. */
  private boolean refused() throws InterruptedException {
    if (!input.waiting().expired()) {
      return false;
    }
    Thread refusal;
    synchronized (this) {
      refusal = refusing;
    }
    if (refusal != null) {
      refusal.join();
    }
    return refusal != null;
  }

  /**
   * Reads the client's remaining bytes: with unread bytes the system would reset the connection and
   * discard the answer. A client that was not told of the end may send another request meanwhile,
   * so then it comes as soon as the body has arrived.
   */
  private void linger() {
    lingerUntil = server.watchdog().after(linger);
    try {
      if (!source.last() && source.dropBody()) {
        return;
      }
      while (input.read() != null) {
        // Dropped.
      }
    } catch (CloseConnectionException | RequestException _) {
      // The client took too long, disconnected, or sent a malformed body.
    }
  }

  /**
   * Called when a response's head is about to be written.
   *
   * @param chunked whether Helidon writes the body in chunks
   * @return whether the connection ends after this response
   */
  boolean answering(boolean chunked) {
    if (input.waiting().expired()) {
      throw new CloseConnectionException("the client was too slow");
    }
    source.answering();
    writer.response(exchange.filter(chunked));
    if (exchange.endsWithConnection(chunked)
        || closing
        || server.draining()
        || source.bodyInDoubt()) {
      source.endAfterThisRequest();
    }
    return source.last();
  }

  Http1Exchange exchange() {
    return exchange;
  }

  /** Called with the status of the response that is about to be written. */
  void status(int code) {
    status = code;
  }

  int status() {
    return status;
  }

  /** Whether the client of the current request speaks HTTP/1.0. */
  boolean http10() {
    return source.http10();
  }

  private String self() {
    var address = context.localPeer().address();
    return address instanceof InetSocketAddress inet
        ? authority(inet.getAddress().getHostAddress(), inet.getPort())
        : "localhost";
  }

  private static String authority(String host, int port) {
    var zone = host.indexOf('%');
    var plain = zone < 0 ? host : host.substring(0, zone);
    return (plain.contains(":") ? "[" + plain + "]" : plain) + ":" + port;
  }

  void endAfterThisRequest() {
    source.endAfterThisRequest();
  }

  /**
   * Runs an upgrader; the connection that it returns takes over after Helidon's has returned. The
   * upgrade, including its handlers, must finish within the time limit for writing.
   */
  @Nullable ServerConnection upgrade(
      Function<ConnectionContext, @Nullable ServerConnection> upgrader) {
    writing.start(server.watchdog().after(server.limits().writeTimeout()));
    try {
      next = upgrader.apply(input.handOver());
    } finally {
      writing.stop();
    }
    if (next == null) {
      input.takeBack();
      return null;
    }
    input.forget();
    return new HandedOver();
  }

  @Override
  public synchronized void onGone(Runnable action) {
    if (gone) {
      Thread.ofVirtual().name("http1-gone").start(action);
    } else {
      onGone = action;
    }
  }

  @Override
  public void interim(int code, List<HeaderLine> fields) {
    exchange.interim(code, fields);
  }

  @Override
  public List<HeaderLine> requestTrailers() {
    return exchange.requestTrailers();
  }

  @Override
  public void responseTrailers(Supplier<List<HeaderLine>> trailers) {
    exchange.responseTrailers(trailers);
  }

  @Override
  public OutputStream begin(ServerResponse response) throws IOException {
    return exchange.begin(response);
  }

  @Override
  public boolean isGone() {
    return gone;
  }

  @Override
  public synchronized void handled() {
    handled = true;
    if (interrupted) {
      interrupted = false;
      var _ = Thread.interrupted();
    }
  }

  @Override
  public synchronized boolean isTimedOut() {
    return refusing != null;
  }

  /** Handles that the client closed the connection while a request is being served. */
  private void clientGone() {
    Runnable action;
    synchronized (this) {
      if (serving == null || source.idle()) {
        return;
      }
      gone = true;
      action = onGone;
      // An interrupt would cut off a write in progress, which fails anyway if the client does not
      // read.
      if (action == null && !handled && writing.pending() <= 0) {
        interrupted = true;
        serving.interrupt();
      }
    }
    if (action != null) {
      action.run();
    }
  }

  /** Checks the client of a request that was already being served at the previous check. */
  private void lookForClient() {
    var served = source.served();
    if (served > 0 && served == slow) {
      input.readAhead(this::clientGone);
    }
    slow = served;
  }

  @Override
  public void look(long now) {
    lookForClient();
    if (writing.expireAfter(now) || (lingerUntil > NOT_LINGERING && now > lingerUntil)) {
      Sockets.close(context);
    }
    var reading = input.waiting();
    var pending = reading.pending();
    var unwanted = (closing || server.idleUnwanted()) && source.idle();
    // Set the flag before the reader can observe the expired wait.
    synchronized (this) {
      if (unwanted ? reading.expire(pending) : reading.expireAfter(now)) {
        if (source.unanswered()) {
          refusing = Thread.startVirtualThread(() -> refuse(Refusal.tooSlow()));
        } else if (server.idleUnwanted() && !source.fresh()) {
          linger = shorter(linger, UNDER_WAY);
          refusing = Thread.startVirtualThread(() -> refuse(Refusal.stopping()));
        } else {
          Sockets.close(context);
        }
      }
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Answers a request whose bytes did not arrive in time. */
  private void refuse(RequestException refusal) {
    writing.start(server.watchdog().after(server.limits().writeTimeout()));
    try {
      context.dataWriter().writeNow(DirectResponse.of(context.listenerContext(), refusal));
    } catch (UncheckedIOException | SocketWriterException e) {
      context.log(LOG, Level.TRACE, "the end could not be sent to a client", e);
    } finally {
      writing.stop();
      lingerUntil = server.watchdog().after(linger);
    }
  }

  boolean idle() {
    return source.idle();
  }

  /** Closes the connection after the current request, or at once. */
  void close(boolean interrupt) {
    closing = true;
    if (interrupt) {
      helidon.close(true);
    } else {
      look(server.watchdog().now());
    }
  }
}
