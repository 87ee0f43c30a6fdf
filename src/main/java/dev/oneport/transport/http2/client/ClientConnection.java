package dev.oneport.transport.http2.client;

import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.http2.client.StreamFailure.Kind;
import dev.oneport.transport.http2.flow.ConnectionInput;
import dev.oneport.transport.http2.flow.FloodGuard;
import dev.oneport.transport.http2.flow.FrameReader;
import dev.oneport.transport.http2.flow.Outbound;
import dev.oneport.transport.http2.flow.ReceiveWindow;
import dev.oneport.transport.http2.flow.SocketWriter;
import dev.oneport.transport.http2.flow.StreamPart;
import dev.oneport.transport.http2.flow.Threads;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import io.helidon.common.buffers.BufferData;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection to a server: one thread reads it, and another writes while frames are waiting. */
final class ClientConnection {
  private static final System.Logger LOG = System.getLogger(ClientConnection.class.getName());
  private static final int CHUNK = 16 << 10;

  private final Socket socket;
  private final ClientLimits limits;
  private final RequestMemory memory;
  private final Consumer<ClientConnection> changed;
  private final ClientStreams streams;
  private final SocketWriter writer;
  private final Outbound outbound;
  private final ReceiveWindow receiveWindow;
  private final ClientTimer timer;
  private final FrameReader frames;
  private final ResponseFrames responses;
  private final CompletableFuture<Void> greeted = new CompletableFuture<>();
  private final byte[] chunk = new byte[CHUNK];
  private volatile boolean lost;

  /**
   * Creates a connection on a socket; {@code changed} is called when a stream or the connection
   * ends.
   */
  ClientConnection(
      Socket socket,
      ClientLimits limits,
      RequestMemory memory,
      Consumer<ClientConnection> changed) {
    this.socket = socket;
    this.limits = limits;
    this.memory = memory;
    this.changed = changed;
    this.streams = new ClientStreams(limits.maxStreams());
    this.writer = new SocketWriter(this::write, streams::isEmpty, this::lose);
    this.outbound =
        new Outbound(writer, limits.outboundBuffer(), limits.maxStreams(), limits.stall());
    this.receiveWindow = new ReceiveWindow(limits.connectionWindow());
    this.timer = new ClientTimer(limits);
    this.responses =
        new ResponseFrames(this, new FloodGuard(limits.floods(), System::nanoTime), limits);
    this.frames = new FrameReader(new ConnectionInput(source()), responses);
  }

  /** Sends the preface, and waits for the server's SETTINGS. */
  void greet(long nanos) throws ConnectFailure {
    outbound.control(
        target -> {
          target.put(FrameReader.preface(), 0, FrameReader.preface().length);
          target.frame(18, Frame.SETTINGS, 0, 0);
          target.putShort(Frame.SETTING_ENABLE_PUSH);
          target.putInt(0);
          target.putShort(Frame.SETTING_INITIAL_WINDOW);
          target.putInt(limits.streamWindow());
          target.putShort(Frame.SETTING_MAX_HEADER_LIST);
          target.putInt(limits.maxHeaderListSize());
          target.frame(4, Frame.WINDOW_UPDATE, 0, 0);
          target.putInt(limits.connectionWindow() - Frame.DEFAULT_WINDOW);
        });
    outbound.flushNow();
    Threads.start("http2-client", this::run);
    try {
      greeted.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.log(Level.TRACE, "no greeting", e);
      lose("the server did not send its SETTINGS in time");
      throw new ConnectFailure("the server did not send its SETTINGS in time", true);
    } catch (ExecutionException e) {
      LOG.log(Level.TRACE, "no greeting", e);
      throw new ConnectFailure(message(e.getCause()), false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lose("interrupted");
      throw new ConnectFailure("interrupted", false);
    }
  }

  private void run() {
    try {
      frames.readSettings();
      greeted.complete(null);
      frames.readFrames();
    } catch (ConnectionError e) {
      goAway(e.code());
      lose(e.code() + ": " + e.getMessage());
    } catch (UncheckedIOException e) {
      lose(e);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "an HTTP/2 connection to a server failed", e);
      goAway(ErrorCode.INTERNAL_ERROR);
      lose("failed");
    }
  }

  private ConnectionInput.Source source() {
    return new ConnectionInput.Source() {
      @Override
      public BufferData read() {
        var buffer = BufferData.create(chunk).reset();
        var _ = read(buffer);
        return buffer;
      }

      @Override
      public int read(BufferData target) {
        int more = target.readFrom(in());
        if (more < 0) {
          throw new UncheckedIOException(new IOException("the server has closed the connection"));
        }
        timer.heard();
        return more;
      }
    };
  }

  private InputStream in() {
    try {
      return socket.getInputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(byte[] bytes, int offset, int length) {
    try {
      socket.getOutputStream().write(bytes, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a GOAWAY if the socket accepts it at once. */
  private void goAway(ErrorCode code) {
    outbound.control(
        target -> {
          target.frame(8, Frame.GOAWAY, 0, 0);
          target.putInt(0);
          target.putInt(code.code());
        });
    try {
      var _ = outbound.awaitFlushed(TimeUnit.MILLISECONDS.toNanos(100));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void lose(RuntimeException cause) {
    var told = cause instanceof UncheckedIOException io ? io.getCause() : cause;
    lose(message(told));
  }

  private static String message(@Nullable Throwable failure) {
    return failure == null ? "no cause" : String.valueOf(failure.getMessage());
  }

  /** Closes the connection now, with all its streams. */
  void lose(String why) {
    lost = true;
    streams.leave();
    greeted.completeExceptionally(new IOException(why));
    outbound.close(streams.all());
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.TRACE, "closing", e);
    }
    streams.all().forEach(stream -> stream.fail(new StreamFailure(Kind.LOST, 0, why)));
    changed.accept(this);
  }

  /** Opens no more streams, and closes the connection in order if none is open. */
  void leave() {
    outbound.control(_ -> streams.leave());
    if (streams.isEmpty()) {
      goAway(ErrorCode.NO_ERROR);
      lose("idle");
    }
  }

  boolean isLost() {
    return lost;
  }

  /** Opens no more streams; the connection ends after the last one. */
  void retire() {
    outbound.control(_ -> streams.leave());
    changed.accept(this);
  }

  /** Checks for timeouts; called periodically. */
  void tick() {
    if (streams.isLeaving() && streams.isEmpty()) {
      leave();
      return;
    }
    long now = System.nanoTime();
    switch (timer.due(now, streams.isEmpty(), writer.stuckNanos(now))) {
      case NOTHING -> {}
      case PING -> ping();
      case LEAVE -> leave();
      case STUCK -> lose("the server takes or sends nothing");
    }
  }

  private void ping() {
    outbound.control(
        target -> {
          target.frame(8, Frame.PING, 0, 0);
          target.putInt(0);
          target.putInt(0);
        });
    outbound.flushNow();
  }

  /** Notes that the server may allow more streams than before. */
  void allowed() {
    changed.accept(this);
  }

  /** Acquires a permit for a stream; false at the limit. */
  boolean acquire() {
    return streams.acquire();
  }

  /**
   * Begins a stream, for which a permit was acquired.
   *
   * @param arrived called on the reading thread when data has arrived or the stream has ended
   */
  ClientStream open(StreamPart first, Runnable arrived) {
    var stream = new ClientStream(this, arrived, limits.streamWindow(), memory.share());
    timer.busy();
    if (!outbound.begin(stream, () -> streams.open(stream), first) && stream.id() == 0) {
      stream.fail(new StreamFailure(Kind.NOT_PROCESSED, 0, "the connection is going away"));
    }
    return stream;
  }

  /** Releases the permit of a stream that has ended on both sides or was reset. */
  void over(ClientStream stream) {
    streams.remove(stream);
    timer.busy();
    changed.accept(this);
  }

  void reset(ClientStream stream, ErrorCode code) {
    outbound.control(
        target -> {
          if (stream.id() != 0) {
            target.frame(4, Frame.RST_STREAM, 0, stream.id());
            target.putInt(code.code());
          }
        });
    outbound.release(stream);
    outbound.flushNow();
  }

  /** Returns the stream's and the connection's window for bytes that were read. */
  void credit(ClientStream stream, int length, int streamCredit) {
    if (streamCredit > 0 && !stream.isOver()) {
      windowUpdate(stream.id(), streamCredit);
    }
    credit(length);
    if (streamCredit > 0) {
      outbound.flushNow();
    }
  }

  void credit(int length) {
    int credit = length == 0 ? 0 : receiveWindow.credit(length);
    if (credit > 0) {
      windowUpdate(0, credit);
      outbound.flushNow();
    }
  }

  private void windowUpdate(int stream, int increment) {
    outbound.control(
        target -> {
          target.frame(4, Frame.WINDOW_UPDATE, 0, stream);
          target.putInt(increment);
        });
  }

  ClientStreams streams() {
    return streams;
  }

  Outbound outbound() {
    return outbound;
  }

  ReceiveWindow receiveWindow() {
    return receiveWindow;
  }

  ClientTimer timer() {
    return timer;
  }
}
