package dev.oneport.transport.websocket;

import dev.oneport.transport.time.DeadlineWatch;
import dev.oneport.transport.time.Wait;
import dev.oneport.transport.websocket.WebSocketFailure.Kind;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.SocketWriterException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a socket's frames, from any thread. Frames are never mixed, and only control frames may
 * come between the frames of a message.
 */
final class WebSocketOutbound {
  private static final Logger LOG = System.getLogger(WebSocketOutbound.class.getName());
  private static final int COPIED = 16 * 1024;
  private static final int PIECE = 32 * 1024;

  private final DataWriter writer;
  private final DeadlineWatch watchdog;
  private final Duration patience;
  private final EndCause ending;
  private final @Nullable MessageDeflater deflater;
  private final int minCompressed;

  private final Wait writing = new Wait();
  // Held while writing, so that frames do not mix.
  private final ReentrantLock wire = new ReentrantLock();
  private final Condition messageEnded = wire.newCondition();
  private @Nullable OutboundMessage message;
  private boolean closeSent;
  private volatile Sent sent = new Sent(0, 0);
  private volatile @Nullable LongConsumer onSent;

  /** What has been sent of the current message; guarded by the lock. */
  private long size;

  WebSocketOutbound(
      DataWriter writer,
      DeadlineWatch watchdog,
      WebSocketLimits limits,
      EndCause ending,
      @Nullable MessageDeflater deflater) {
    this.writer = writer;
    this.watchdog = watchdog;
    this.patience = limits.sendTimeout();
    this.minCompressed = limits.compression().minBytes();
    this.ending = ending;
    this.deflater = deflater;
  }

  /** Sends more of the text message of this sender. */
  void text(Object sender, String fragment, boolean last) {
    var current = begin(sender, Opcode.TEXT);
    try {
      data(current, current.encode(fragment, last), last);
    } finally {
      end(last);
    }
  }

  /** Sends more of the binary message of this sender. */
  void binary(Object sender, byte[] fragment, boolean last) {
    var current = begin(sender, Opcode.BINARY);
    try {
      data(current, fragment, last);
    } finally {
      end(last);
    }
  }

  private OutboundMessage begin(Object sender, Opcode opcode) {
    lock();
    try {
      if (message != null) {
        awaitOthers(sender);
      }
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

  private void awaitOthers(Object sender) {
    var until = watchdog.after(patience);
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

  void onSent(LongConsumer told) {
    onSent = told;
  }

  private void data(OutboundMessage current, byte[] bytes, boolean last) {
    var first = !current.begun();
    if (first) {
      current.begin(deflater != null && !(last && bytes.length < minCompressed));
    }
    var opcode = first ? current.opcode() : Opcode.CONTINUATION;
    var compressed = deflater != null && current.compressed();
    var payload = deflater != null && compressed ? deflater.compress(bytes, last) : bytes;
    frame(opcode, last, first && compressed, payload);
    sent = new Sent(sent.messages() + (last ? 1 : 0), sent.bytes() + payload.length);
    size += payload.length;
    if (last) {
      var told = onSent;
      if (told != null) {
        told.accept(size);
      }
      size = 0;
    }
  }

  private void end(boolean last) {
    if (last || ending.begun()) {
      message = null;
      messageEnded.signalAll();
    }
    wire.unlock();
  }

  /** Sends a heartbeat ping without waiting. */
  void heartbeat() {
    try {
      control(Opcode.PING, new byte[0]);
    } catch (WebSocketFailure e) {
      LOG.log(Level.TRACE, "a ping could not be sent", e);
    }
  }

  /** Sends a ping or pong between other frames; does nothing if the socket is ending. */
  void control(Opcode opcode, byte[] payload) {
    lock();
    try {
      if (!ending.begun()) {
        frame(opcode, true, false, payload);
      }
    } finally {
      wire.unlock();
    }
  }

  /** Sends the close frame, once; nothing is sent afterwards. */
  void close(byte[] payload) {
    lock();
    try {
      if (!closeSent) {
        closeSent = true;
        frame(Opcode.CLOSE, true, false, payload);
      }
    } finally {
      wire.unlock();
    }
  }

  /** Waits while other threads write; each of their pieces has a time limit. */
  private void lock() {
    try {
      if (!wire.tryLock()) {
        wire.lockInterruptibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while another frame is being sent", e);
    }
  }

  private void frame(Opcode opcode, boolean last, boolean compressed, byte[] payload) {
    var header = WebSocketFrame.header(opcode, last, compressed, payload.length);
    // An interrupted thread would close the connection when it writes.
    var interrupted = Thread.interrupted();
    try {
      write(header, payload);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Writes in pieces, each of which the client must accept within the time limit. */
  private void write(byte[] header, byte[] payload) {
    var copied = Math.min(COPIED, payload.length);
    var first = Arrays.copyOf(header, header.length + copied);
    System.arraycopy(payload, 0, first, header.length, copied);
    piece(BufferData.create(first));
    for (var at = copied; at < payload.length; at += PIECE) {
      piece(BufferData.create(payload, at, Math.min(PIECE, payload.length - at)));
    }
  }

  private void piece(BufferData bytes) {
    if (!writing.start(watchdog.after(patience))) {
      throw ending.closed();
    }
    try {
      writer.writeNow(bytes);
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

  /** Ends the socket if its client has blocked a write for too long. */
  void look(long now) {
    if (writing.expireAfter(now)) {
      ending.abort(Kind.SLOW, "the peer reads too slowly");
    }
  }

  /** Whether a frame is being written, which has its own time limit. */
  boolean busy() {
    return writing.pending() > 0;
  }

  /** Releases all waiting threads and all memory; the socket has ended. */
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
