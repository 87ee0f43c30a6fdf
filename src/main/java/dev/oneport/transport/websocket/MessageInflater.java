package dev.oneport.transport.websocket;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Decompresses the messages of one socket (RFC 7692 section 7.2.2), a small piece at a time. */
final class MessageInflater {
  private static final int PIECE = 8192;
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private final Codecs codecs;
  private @Nullable Inflater inflater;

  /** Receives the output; may throw if it is too large. */
  interface Sink {
    void add(byte[] bytes, int from, int to);
  }

  MessageInflater(Codecs codecs) {
    this.codecs = codecs;
  }

  /** Decompresses more of the current message. */
  void add(byte[] bytes, int from, int to, Sink sink) {
    var codec = inflater == null ? codecs.inflater() : inflater;
    inflater = codec;
    codec.setInput(bytes, from, to - from);
    var piece = new byte[PIECE];
    while (true) {
      var length = inflate(codec, piece, sink);
      sink.add(piece, 0, length);
      if (codec.finished()) {
        restart(codec, bytes, to);
      } else if (length == 0) {
        return;
      }
    }
  }

  private static int inflate(Inflater codec, byte[] piece, Sink sink) {
    var before = codec.getBytesWritten();
    try {
      return codec.inflate(piece);
    } catch (DataFormatException e) {
      // what precedes the error comes first, so that a failure does not depend on how the bytes are
      // cut into pieces
      sink.add(piece, 0, (int) (codec.getBytesWritten() - before));
      throw new WebSocketFailure(WebSocketFailure.Kind.DATA, "a message cannot be decompressed", e);
    }
  }

  /** Restarts after a final block, which messages may contain (section 7.2.3.4). */
  private static void restart(Inflater codec, byte[] bytes, int to) {
    var rest = codec.getRemaining();
    codec.reset();
    codec.setInput(bytes, to - rest, rest);
  }

  /** Ends the current message. */
  void end(Sink sink) {
    add(TAIL, 0, TAIL.length, sink);
    close();
  }

  void close() {
    if (inflater != null) {
      codecs.giveBack(inflater);
      inflater = null;
    }
  }
}
