package dev.oneport.transport.http2;

import dev.oneport.transport.http2.flow.FloodGuard;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.IncomingFrame;
import dev.oneport.transport.http2.frames.StreamError;
import dev.oneport.transport.http2.hpack.HeaderBlock;
import dev.oneport.transport.http2.hpack.HeaderList;
import dev.oneport.transport.http2.hpack.HpackDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Handles HEADERS and CONTINUATION (RFC 9113 sections 6.2 and 6.10): assembles header blocks, which
 * begin streams or end requests. Every block is decoded, even if it is ignored, to keep the
 * compression state in sync.
 */
final class HeaderReceiver {
  /** What a stream needs besides its head: its request, its thread, and its windows. */
  private static final long STREAM = 4 << 10;

  /** A head is there as bytes and as text. */
  private static final long COPIES = 2;

  /** The objects of a field, besides its text. */
  private static final long FIELD = 180;

  private final OpenStreams streams;
  private final FloodGuard floods;
  private final FrameReceiver receiver;
  private final HpackDecoder decoder;
  private @Nullable HeaderBlock block;
  private long inBlock;
  private long inTable;

  HeaderReceiver(OpenStreams streams, FloodGuard floods, FrameReceiver receiver) {
    this.streams = streams;
    this.floods = floods;
    this.receiver = receiver;
    this.decoder = new HpackDecoder(streams.limits().maxHeaderListSize(), streams.recent());
  }

  boolean isInsideBlock() {
    return block != null;
  }

  void headers(IncomingFrame frame) {
    frame.requireStream();
    frame.require((frame.stream() & 1) == 1, ErrorCode.PROTOCOL_ERROR, "an even stream");
    frame.unpad();
    boolean dependsOnItself = frame.has(Frame.PRIORITY_FLAG) && dependsOnItself(frame);
    boolean end = frame.has(Frame.END_STREAM);
    if (frame.has(Frame.END_HEADERS)) {
      var list = decoder.decode(frame.bytes(), frame.offset(), frame.end());
      complete(frame.stream(), list, end, dependsOnItself);
    } else {
      streams.headerBlock(true);
      block = newBlock(frame.stream(), end);
      hold(frame.length());
      block.append(frame);
    }
  }

  private HeaderBlock newBlock(int stream, boolean end) {
    return new HeaderBlock(stream, end, decoder, streams.limits().maxHeaderListSize());
  }

  void continuation(IncomingFrame frame) {
    var current = block;
    if (current == null || frame.stream() != current.stream()) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "CONTINUATION without HEADERS");
    }
    hold(frame.length());
    current.continued(frame);
    if (frame.has(Frame.END_HEADERS)) {
      block = null;
      releaseBlock();
      streams.headerBlock(false);
      complete(current.stream(), current.end(), current.ends(), false);
    }
  }

  /** Holds memory for a part of an incomplete block. */
  private void hold(int length) {
    if (!streams.heads().tryHold(length)) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "no memory for a header block");
    }
    inBlock += length;
  }

  private void releaseBlock() {
    streams.heads().release(inBlock);
    inBlock = 0;
  }

  /** Holds memory for the fields that the decoder remembers now. */
  private void holdTable() {
    long wanted = decoder.remembered() * FIELD;
    long more = wanted - inTable;
    if (more > 0 && !streams.tables().tryHold(more)) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "no memory for compression");
    }
    if (more < 0) {
      streams.tables().release(-more);
    }
    inTable = wanted;
  }

  /** Forgets recent credentials, because the connection is not used; any thread may call this. */
  void forgetRecent() {
    decoder.forgetRecent();
  }

  /** Releases all memory, because the connection has ended. */
  void abandon() {
    decoder.forgetRecent();
    releaseBlock();
    streams.tables().release(inTable);
    inTable = 0;
  }

  private static boolean dependsOnItself(IncomingFrame frame) {
    frame.require(frame.length() >= 5, ErrorCode.FRAME_SIZE_ERROR, "priority of HEADERS");
    boolean itself = (frame.intAt(0) & Integer.MAX_VALUE) == frame.stream();
    frame.skip(5);
    return itself;
  }

  private void complete(int id, HeaderList list, boolean end, boolean dependsOnItself) {
    holdTable();
    var stream = streams.table().get(id);
    if (stream != null) {
      trailers(stream, list, end);
      return;
    }
    switch (streams.table().absent(id)) {
      case IDLE -> begin(id, list, end, dependsOnItself);
      case ENDED -> throw new ConnectionError(ErrorCode.STREAM_CLOSED, "HEADERS after the end");
      case RESET_HERE, FORGOTTEN -> {}
    }
  }

  private void trailers(Http2Stream stream, HeaderList list, boolean end) {
    if (stream.isRemoteEnded()) {
      throw new StreamError(stream.id(), ErrorCode.STREAM_CLOSED, "HEADERS after the end");
    }
    if (!end || list.tooLarge()) {
      throw new StreamError(stream.id(), ErrorCode.PROTOCOL_ERROR, "trailers");
    }
    if (!stream.received(0, true)) {
      throw new StreamError(stream.id(), ErrorCode.PROTOCOL_ERROR, "content-length");
    }
    stream.trailers(RequestParser.trailers(stream.id(), list));
    stream.remoteEnded();
    receiver.touch(stream);
  }

  void upgraded(RequestHead head) {
    streams.table().begin(1);
    // Its head is counted as that of its HTTP/1.1 connection was, and takes a permit in any case.
    streams.acquire(0);
    streams.goingAway().mayBegin(1);
    var stream = new Http2Stream(streams, 1, head, streams.outbound().initialWindow(), 0);
    streams.open(stream);
    stream.endedWithHead();
    receiver.touch(stream);
  }

  private void begin(int id, HeaderList list, boolean end, boolean dependsOnItself) {
    streams.table().begin(id);
    if (dependsOnItself) {
      throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "depends on itself");
    }
    long memory = STREAM + list.kept() * COPIES + list.count() * FIELD;
    if (!streams.acquire(memory)) {
      floods.refused();
      streams.reset(id, ErrorCode.REFUSED_STREAM);
      return;
    }
    // After acquiring the permit: a connection that has named its last stream ends when none is
    // open.
    if (!streams.goingAway().mayBegin(id)) {
      streams.notOpened(memory);
      streams.reset(id, ErrorCode.REFUSED_STREAM);
      return;
    }
    Http2Stream stream;
    try {
      stream = open(id, list, end, memory);
    } catch (StreamError e) {
      streams.notOpened(memory);
      throw e;
    }
    receiver.touch(stream);
  }

  private Http2Stream open(int id, HeaderList list, boolean end, long memory) {
    var head = list.tooLarge() ? RequestHead.tooLarge(list) : RequestParser.parse(id, list);
    var stream = new Http2Stream(streams, id, head, streams.outbound().initialWindow(), memory);
    if (end && !stream.received(0, true)) {
      throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "content-length");
    }
    streams.open(stream);
    if (end) {
      stream.endedWithHead();
    }
    return stream;
  }
}
