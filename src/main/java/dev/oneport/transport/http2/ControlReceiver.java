package dev.oneport.transport.http2;

import dev.oneport.transport.http2.StreamTable.Absent;
import dev.oneport.transport.http2.flow.FloodGuard;
import dev.oneport.transport.http2.flow.Outbound;
import dev.oneport.transport.http2.flow.PeerSettings;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.IncomingFrame;
import dev.oneport.transport.http2.frames.StreamError;

/** Handles the frames that carry neither headers nor data (RFC 9113 sections 6.3 to 6.9). */
final class ControlReceiver {
  private final OpenStreams streams;
  private final FloodGuard floods;
  private final Outbound outbound;

  ControlReceiver(OpenStreams streams, FloodGuard floods) {
    this.streams = streams;
    this.floods = floods;
    this.outbound = streams.outbound();
  }

  void settings(IncomingFrame frame) {
    frame.requireConnection();
    floods.settings();
    if (frame.has(Frame.ACK)) {
      frame.requireLength(0);
      return;
    }
    PeerSettings.read(frame.bytes(), frame.offset(), frame.length())
        .apply(streams.outbound(), streams.table().all(), true);
  }

  void ping(IncomingFrame frame) {
    frame.requireConnection();
    frame.requireLength(8);
    floods.ping(outbound.progress());
    int high = frame.intAt(0);
    int low = frame.intAt(4);
    if (frame.has(Frame.ACK)) {
      streams.goingAway().pingAnswered(high);
      return;
    }
    outbound.control(
        target -> {
          target.frame(8, Frame.PING, Frame.ACK, 0);
          target.putInt(high);
          target.putInt(low);
        });
  }

  void rstStream(IncomingFrame frame) {
    frame.requireStream();
    frame.requireLength(4);
    int id = frame.stream();
    requireBegun(frame);
    var stream = streams.table().get(id);
    if (stream == null) {
      // Some clients answer each frame on a stream that they have reset with another reset.
      floods.other(outbound.progress());
      return;
    }
    if (stream.isUndelivered()) {
      floods.reset(outbound.progress());
    }
    stream.abort();
  }

  void windowUpdate(IncomingFrame frame) {
    frame.requireLength(4);
    floods.windowUpdate(outbound.progress());
    int increment = frame.intAt(0) & Integer.MAX_VALUE;
    int id = frame.stream();
    if (id == 0) {
      frame.require(increment > 0, ErrorCode.PROTOCOL_ERROR, "window update of 0");
      frame.require(
          outbound.connectionUpdate(increment), ErrorCode.FLOW_CONTROL_ERROR, "connection window");
      return;
    }
    requireBegun(frame);
    var stream = streams.table().get(id);
    if (stream == null) {
      return;
    }
    if (increment == 0) {
      throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "window update of 0");
    }
    if (!outbound.streamUpdate(stream, increment)) {
      throw new StreamError(id, ErrorCode.FLOW_CONTROL_ERROR, "stream window");
    }
  }

  /** Checks a priority, which is otherwise ignored (RFC 9113 section 5.3.2). */
  void priority(IncomingFrame frame) {
    frame.requireStream();
    floods.other(outbound.progress());
    if (frame.length() != 5) {
      throw new StreamError(frame.stream(), ErrorCode.FRAME_SIZE_ERROR, "PRIORITY");
    }
    if ((frame.intAt(0) & Integer.MAX_VALUE) == frame.stream()) {
      throw new StreamError(frame.stream(), ErrorCode.PROTOCOL_ERROR, "depends on itself");
    }
  }

  /**
   * Notes that the client opens no more streams; it closes the connection when the open ones have
   * ended.
   */
  void goAway(IncomingFrame frame) {
    frame.requireConnection();
    frame.require(frame.length() >= 8, ErrorCode.FRAME_SIZE_ERROR, "GOAWAY");
    floods.other(outbound.progress());
  }

  private void requireBegun(IncomingFrame frame) {
    frame.require(
        streams.table().get(frame.stream()) != null
            || streams.table().absent(frame.stream()) != Absent.IDLE,
        ErrorCode.PROTOCOL_ERROR,
        "frame type " + frame.type() + " on an idle stream");
  }
}
