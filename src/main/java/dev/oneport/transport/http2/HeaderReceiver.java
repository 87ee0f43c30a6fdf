package dev.oneport.transport.http2;

import java.util.Arrays;

/**
 * Takes HEADERS and CONTINUATION in (RFC 9113 sections 6.2 and 6.10): puts header blocks together,
 * and begins streams or ends requests with them. Every block is decoded, wanted or not, because the
 * compression's state must stay in step.
 */
final class HeaderReceiver {
  private static final int MAX_CONTINUATIONS = 64;
  private static final byte[] NONE = {};

  private final Http2Connection connection;
  private final FloodGuard floods;
  private final FrameReceiver receiver;
  private final HpackDecoder decoder;
  private final int maxBlock;
  private byte[] block = NONE;
  private int size;
  private int continuations;
  private int blockStream;
  private boolean blockEnds;

  HeaderReceiver(Http2Connection connection, FloodGuard floods, FrameReceiver receiver) {
    this.connection = connection;
    this.floods = floods;
    this.receiver = receiver;
    this.decoder = new HpackDecoder(connection.limits().maxHeaderListSize());
    this.maxBlock = connection.limits().maxHeaderListSize() * 2;
  }

  boolean isInsideBlock() {
    return blockStream != 0;
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
      blockStream = frame.stream();
      blockEnds = end;
      connection.headerBlock(true);
      append(frame);
    }
  }

  void continuation(IncomingFrame frame) {
    frame.require(
        blockStream != 0 && frame.stream() == blockStream,
        ErrorCode.PROTOCOL_ERROR,
        "CONTINUATION without HEADERS");
    frame.require(
        ++continuations <= MAX_CONTINUATIONS, ErrorCode.ENHANCE_YOUR_CALM, "CONTINUATION flood");
    append(frame);
    if (frame.has(Frame.END_HEADERS)) {
      var list = decoder.decode(block, 0, size);
      int stream = blockStream;
      boolean end = blockEnds;
      forgetBlock();
      complete(stream, list, end, false);
    }
  }

  private void append(IncomingFrame frame) {
    int length = frame.length();
    frame.require(size + length <= maxBlock, ErrorCode.ENHANCE_YOUR_CALM, "header block");
    if (size + length > block.length) {
      block = Arrays.copyOf(block, Math.max(size + length, Math.min(maxBlock, block.length * 2)));
    }
    System.arraycopy(frame.bytes(), frame.offset(), block, size, length);
    size += length;
  }

  private void forgetBlock() {
    block = NONE;
    size = 0;
    continuations = 0;
    blockStream = 0;
    connection.headerBlock(false);
  }

  private static boolean dependsOnItself(IncomingFrame frame) {
    frame.require(frame.length() >= 5, ErrorCode.FRAME_SIZE_ERROR, "priority of HEADERS");
    boolean itself = (frame.intAt(0) & Integer.MAX_VALUE) == frame.stream();
    frame.skip(5);
    return itself;
  }

  private void complete(int id, HeaderList list, boolean end, boolean dependsOnItself) {
    var stream = connection.streams().get(id);
    if (stream != null) {
      trailers(stream, list, end);
      return;
    }
    switch (connection.streams().absent(id)) {
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
    RequestParser.checkTrailers(stream.id(), list);
    if (!stream.received(0, true)) {
      throw new StreamError(stream.id(), ErrorCode.PROTOCOL_ERROR, "content-length");
    }
    stream.remoteEnded();
    receiver.touch(stream);
  }

  void upgraded(RequestHead head) {
    connection.streams().begin(1);
    connection.goingAway().mayBegin(1);
    connection.acquire();
    var stream = new Http2Stream(connection, 1, head, connection.outbound().initialWindow());
    connection.open(stream, false);
    stream.remoteEnded();
    receiver.touch(stream);
  }

  private void begin(int id, HeaderList list, boolean end, boolean dependsOnItself) {
    connection.streams().begin(id);
    if (dependsOnItself) {
      throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "depends on itself");
    }
    if (!connection.goingAway().mayBegin(id)) {
      connection.reset(id, ErrorCode.REFUSED_STREAM);
      return;
    }
    if (!connection.acquire()) {
      floods.refused();
      connection.reset(id, ErrorCode.REFUSED_STREAM);
      return;
    }
    Http2Stream stream;
    try {
      stream = open(id, list, end);
    } catch (StreamError e) {
      connection.released();
      throw e;
    }
    receiver.touch(stream);
  }

  private Http2Stream open(int id, HeaderList list, boolean end) {
    var head = list.tooLarge() ? RequestHead.UNKNOWN : RequestParser.parse(id, list);
    var stream = new Http2Stream(connection, id, head, connection.outbound().initialWindow());
    if (end && !stream.received(0, true)) {
      throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "content-length");
    }
    connection.open(stream, list.tooLarge());
    if (end) {
      stream.remoteEnded();
    }
    return stream;
  }
}
