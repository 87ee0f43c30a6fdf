package dev.oneport.transport.http1.client;

import dev.oneport.transport.time.DeadlineWatch;
import dev.oneport.transport.time.Wait;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's HTTP/1.1 connection to a server: one request after the other. One thread may send a
 * request's content while another reads the response. All waits are bounded, and {@link #close()}
 * from any thread ends them.
 */
public final class OriginConnection implements AutoCloseable, DeadlineWatch.Watched {
  private static final int MAX_INTERIM = 16;
  private static final int SWITCHING = 101;
  private static final List<String> PROTOCOLS = List.of("http/1.1");

  private final SocketChannel channel;
  private final boolean tls;
  private final OriginLimits limits;
  private final DeadlineWatch watchdog;
  private final InputStream in;
  private final OutputStream out;
  private final OriginInput input;
  private final Wait reading = new Wait();
  private final Wait writing = new Wait();

  /** The tick until which a response must begin; extended while a request is being sent. */
  private volatile long headUntil;

  /** The tick at which an idle connection is closed; 0 while it is in use. */
  private volatile long idleUntil;

  private volatile boolean closed;
  private volatile boolean timedOut;
  private boolean headAwaited;
  private boolean reusable = true;
  private @Nullable RequestContent sending;
  private @Nullable OriginResponse response;

  private OriginConnection(
      SocketChannel channel,
      Socket socket,
      boolean tls,
      OriginLimits limits,
      DeadlineWatch watchdog)
      throws IOException {
    this.channel = channel;
    this.tls = tls;
    this.limits = limits;
    this.watchdog = watchdog;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
    this.input = new OriginInput(this::read);
  }

  /**
   * Connects.
   *
   * @throws OriginTimeout if connecting takes too long
   */
  public static OriginConnection open(
      InetSocketAddress address,
      Optional<OriginTls> tls,
      OriginLimits limits,
      DeadlineWatch watchdog)
      throws IOException {
    var channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      var plain = channel.socket();
      int most = Math.toIntExact(Math.min(Integer.MAX_VALUE, limits.connect().toMillis()));
      plain.connect(address, most);
      plain.setSoTimeout(most);
      var socket = tls.isPresent() ? tls.get().over(plain, address.getPort(), PROTOCOLS) : plain;
      socket.setSoTimeout(0);
      var connection = new OriginConnection(channel, socket, tls.isPresent(), limits, watchdog);
      watchdog.watch(connection);
      return connection;
    } catch (SocketTimeoutException e) {
      channel.close();
      throw new OriginTimeout("no connection within " + limits.connect());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Whether a request can be sent: the connection is open, and no unexpected bytes have arrived.
   */
  public boolean isClean() {
    if (closed || input.available()) {
      return false;
    }
    try {
      if (tls) {
        // Reading would take bytes from TLS. After a response, none are expected, not even its own.
        return in.available() == 0 && channel.socket().getInputStream().available() == 0;
      }
      channel.configureBlocking(false);
      try {
        return channel.read(ByteBuffer.allocate(1)) == 0;
      } finally {
        channel.configureBlocking(true);
      }
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Sends the head of a request, and the beginning of its content if it has arrived.
   *
   * @return the stream for the content; the caller must close it when the content is complete
   */
  public RequestContent send(OriginRequest request, byte[] beginning) throws IOException {
    idleUntil = 0;
    response = null;
    headAwaited = true;
    var content = new RequestContent(request, this::write, beginning);
    sending = content;
    headUntil = watchdog.after(limits.firstByte());
    content.begin();
    return content;
  }

  /**
   * Waits for the final response.
   *
   * @param bodiless whether the request was a HEAD
   * @param interim is given each interim response, of which 100 asks for the content
   * @throws UncleanResponse if the response is invalid
   */
  public OriginResponse receive(boolean bodiless, Consumer<OriginHead> interim) throws IOException {
    var parser = new ResponseParser(input, limits.maxHeadBytes());
    for (int i = 0; i < MAX_INTERIM; i++) {
      var head = parser.head();
      headAwaited = false;
      if (head.status() == SWITCHING) {
        reusable = false;
        return new OriginResponse(head, new ContentToEnd(input));
      }
      if (!head.interim()) {
        reusable &= head.keepsOpen();
        var content = ResponseFraming.content(head, bodiless, input, limits.maxHeadBytes());
        var received = new OriginResponse(head, content);
        response = received;
        return received;
      }
      headAwaited = true;
      headUntil = watchdog.after(limits.firstByte());
      interim.accept(head);
    }
    throw new UncleanResponse("too many interim responses");
  }

  /** Whether a server spoke before it was asked, on a new connection; unknown with TLS. */
  public boolean spokeFirst() {
    return !tls && !isClean();
  }

  /** Whether any part of the response to the current request has arrived. */
  public boolean answered() {
    return !headAwaited || input.available();
  }

  /**
   * Whether the connection can be reused: request and response are complete, and no bytes follow.
   */
  public boolean isReusable() {
    var sent = sending;
    var received = response;
    return reusable
        && !closed
        && sent != null
        && sent.complete()
        && received != null
        && received.content().complete()
        && !input.available();
  }

  /** Keeps the idle connection open for the keep-alive time. */
  public void rest() {
    input.rest();
    idleUntil = watchdog.after(limits.keepAlive());
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed;
  }

  private int read(byte[] into) throws IOException {
    var wait = headAwaited ? limits.firstByte() : limits.idle();
    return bounded(
        reading,
        wait,
        () -> in.read(into, 0, into.length),
        "nothing from the server within " + wait);
  }

  private void write(byte[] bytes, int offset, int length) throws IOException {
    var _ =
        bounded(
            writing,
            limits.idle(),
            () -> {
              out.write(bytes, offset, length);
              return length;
            },
            "the server took nothing within " + limits.idle());
    headUntil = watchdog.after(limits.firstByte());
  }

  /** A blocking operation. */
  private interface Blocking {
    int run() throws IOException;
  }

  private int bounded(Wait wait, Duration most, Blocking action, String late) throws IOException {
    if (!wait.start(watchdog.after(most))) {
      throw new OriginTimeout(late);
    }
    try {
      return action.run();
    } catch (IOException e) {
      if (timedOut) {
        throw new OriginTimeout(late);
      }
      throw e;
    } finally {
      wait.stop();
    }
  }

  @Override
  public void look(long now) {
    long idle = idleUntil;
    if (idle > 0 && now > idle) {
      close();
      return;
    }
    boolean patient = headAwaited && now <= headUntil;
    if (writing.expireAfter(now) || (!patient && reading.expireAfter(now))) {
      timedOut = true;
      close();
    }
  }

  /** Closes the connection and ends all waits for it. */
  @Override
  public void close() {
    closed = true;
    watchdog.forget(this);
    try {
      // Not the TLS socket, whose close would wait for a write in progress.
      channel.close();
    } catch (IOException _) {
      // Nothing more can be done to close it.
    }
  }

  /** The stream for another protocol, after the server has switched to it. */
  public OutputStream upgraded() {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        OriginConnection.this.write(bytes, offset, length);
      }
    };
  }

  /** Closes the connection after a time, if it is still open. */
  public void closeIn(Duration time) {
    idleUntil = watchdog.after(time);
  }
}
