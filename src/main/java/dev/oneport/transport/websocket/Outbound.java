package dev.oneport.transport.websocket;

import dev.oneport.transport.http1.Wait;
import dev.oneport.transport.http1.Watchdog;
import dev.oneport.transport.websocket.WebSocketFailure.Kind;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.SocketWriterException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes a socket's frames, from any thread: each whole, and a message's one after another with
 * only control frames between them.
 */
final class Outbound {
  private static final int COPIED = 16 * 1024;

  private final DataWriter writer;
  private final Watchdog watchdog;
  private final Duration patience;
  private final Ending ending;
  private final @Nullable MessageDeflater deflater;
  private final int minCompressed;

  private final Wait writing = new Wait();
  // held while writing: it is what keeps frames apart
  private final ReentrantLock wire = new ReentrantLock();
  private final Condition messageEnded = wire.newCondition();
  private @Nullable OutboundMessage message;
  private boolean closeSent;
  private volatile Sent sent = new Sent(0, 0);

  Outbound(
      DataWriter writer,
      Watchdog watchdog,
      WebSocketLimits limits,
      Ending ending,
      @Nullable MessageDeflater deflater) {
    this.writer = writer;
    this.watchdog = watchdog;
    this.patience = limits.sendTimeout();
    this.minCompressed = limits.compression().minBytes();
    this.ending = ending;
    this.deflater = deflater;
  }

  /** Sends more of the text message that belongs to the sender given. */
  void text(Object sender, String fragment, boolean last) {
    var until = watchdog.after(patience);
    var current = begin(sender, Opcode.TEXT, until);
    try {
      data(current, current.encode(fragment, last), last, until);
    } finally {
      end(last);
    }
  }

  /** Sends more of the binary message that belongs to the sender given. */
  void binary(Object sender, byte[] fragment, boolean last) {
    var until = watchdog.after(patience);
    var current = begin(sender, Opcode.BINARY, until);
    try {
      data(current, fragment, last, until);
    } finally {
      end(last);
    }
  }

  private OutboundMessage begin(Object sender, Opcode opcode, long until) {
    lock(until);
    try {
      awaitOthers(sender, until);
      if (ending.begun()) {
        throw ending.closed();
      }
      if (message == null) {
        message = new OutboundMessage(sender, opcode);
      }
      message.expect(opcode);
      return message;
    } catch (RuntimeException e) {
      wire.unlock();
      throw e;
    }
  }

  private void awaitOthers(Object sender, long until) {
    try {
      while (message != null && !message.sender().equals(sender) && !ending.begun()) {
        if (messageEnded.awaitNanos(until - watchdog.now()) <= 0) {
          throw new IllegalStateException("another message was begun and is not ended");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while another message is being sent", e);
    }
  }

  Sent sent() {
    return sent;
  }

  private void data(OutboundMessage current, byte[] bytes, boolean last, long until) {
    var first = !current.begun();
    if (first) {
      current.begin(deflater != null && !(last && bytes.length < minCompressed));
    }
    var opcode = first ? current.opcode() : Opcode.CONTINUATION;
    var compressed = deflater != null && current.compressed();
    var payload = deflater != null && compressed ? deflater.compress(bytes, last) : bytes;
    frame(opcode, last, first && compressed, payload, until);
    sent = new Sent(sent.messages() + (last ? 1 : 0), sent.bytes() + payload.length);
  }

  private void end(boolean last) {
    if (last || ending.begun()) {
      message = null;
      messageEnded.signalAll();
    }
    wire.unlock();
  }

  /** Sends a ping, unless something is being sent anyway. */
  void heartbeat() {
    if (wire.tryLock()) {
      control(Opcode.PING, new byte[0], watchdog.after(patience));
    }
  }

  /** Sends a ping or pong between other frames; nothing once the socket is ending. */
  void control(Opcode opcode, byte[] payload) {
    var until = watchdog.after(patience);
    lock(until);
    control(opcode, payload, until);
  }

  private void control(Opcode opcode, byte[] payload, long until) {
    try {
      if (!ending.begun()) {
        frame(opcode, true, false, payload, until);
      }
    } finally {
      wire.unlock();
    }
  }

  /** Sends the close frame, once, after which nothing is sent. */
  void close(byte[] payload) {
    var until = watchdog.after(patience);
    lock(until);
    try {
      if (!closeSent) {
        closeSent = true;
        frame(Opcode.CLOSE, true, false, payload, until);
      }
    } finally {
      wire.unlock();
    }
  }

  private void lock(long until) {
    try {
      if (wire.tryLock() || wire.tryLock(until - watchdog.now(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while another frame is being sent", e);
    }
    tooSlow();
    throw ending.closed();
  }

  private void frame(Opcode opcode, boolean last, boolean compressed, byte[] payload, long until) {
    var header = Frame.header(opcode, last, compressed, payload.length);
    // a thread that is interrupted when it writes would close the connection
    var interrupted = Thread.interrupted();
    try {
      write(header, payload, until);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void write(byte[] header, byte[] payload, long until) {
    if (!writing.start(until)) {
      throw ending.closed();
    }
    try {
      if (payload.length <= COPIED) {
        var all = Arrays.copyOf(header, header.length + payload.length);
        System.arraycopy(payload, 0, all, header.length, payload.length);
        writer.writeNow(BufferData.create(all));
      } else {
        writer.writeNow(BufferData.create(header), BufferData.create(payload));
      }
    } catch (UncheckedIOException | SocketWriterException e) {
      ending.because(End.of(new WebSocketFailure(Kind.LOST, "the connection broke", e)));
      ending.abort();
      throw ending.closed();
    } finally {
      writing.stop();
    }
    if (writing.expired()) {
      throw ending.closed();
    }
  }

  /** Ends the socket if its client has kept a writer waiting for too long. */
  void look(long now) {
    if (writing.expireAfter(now)) {
      tooSlow();
    }
  }

  private void tooSlow() {
    ending.abort(Kind.SLOW, "the peer reads too slowly");
  }

  /** Lets go of all that waits and all that is held; the socket has ended. */
  void release() {
    wire.lock();
    try {
      messageEnded.signalAll();
      if (deflater != null) {
        deflater.close();
      }
    } finally {
      wire.unlock();
    }
  }
}
