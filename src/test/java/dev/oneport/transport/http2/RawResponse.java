package dev.oneport.transport.http2;

import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.hpack.HeaderField;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a server has answered on one stream. */
public final class RawResponse {
  private final List<HeaderField> head = new ArrayList<>();
  private final List<HeaderField> trailers = new ArrayList<>();
  private final List<String> interim = new ArrayList<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private boolean ended;
  private @Nullable ErrorCode reset;

  void headers(List<HeaderField> fields, boolean end) {
    boolean isInterim =
        fields.stream().anyMatch(f -> f.name().equals(":status") && f.value().startsWith("1"));
    if (isInterim) {
      interim.add(fields.getFirst().value());
    } else {
      (head.isEmpty() ? head : trailers).addAll(fields);
    }
    ended = end;
  }

  void add(RawFrame frame) {
    if (frame.is(Frame.DATA)) {
      body.writeBytes(frame.payload());
      ended = frame.endsStream();
    } else if (frame.is(Frame.RST_STREAM)) {
      reset = frame.code();
    }
  }

  boolean isOver() {
    return ended || reset != null;
  }

  /** Whether the response is complete. */
  public boolean ended() {
    return ended;
  }

  /** The code of a reset that came instead of the response's end. */
  public Optional<ErrorCode> reset() {
    return Optional.ofNullable(reset);
  }

  public List<HeaderField> head() {
    return head;
  }

  public List<HeaderField> trailers() {
    return trailers;
  }

  public List<String> interim() {
    return interim;
  }

  public String status() {
    return first(head, ":status");
  }

  /** The first value in the head; empty text if there is none. */
  public String header(String name) {
    return first(head, name);
  }

  public List<String> headers(String name) {
    return head.stream().filter(f -> f.name().equals(name)).map(HeaderField::value).toList();
  }

  /** The first value in the trailers, or in the head if there are none. */
  public String trailer(String name) {
    return first(trailers.isEmpty() ? head : trailers, name);
  }

  public boolean isTrailersOnly() {
    return trailers.isEmpty() && body.size() == 0;
  }

  public byte[] body() {
    return body.toByteArray();
  }

  public String text() {
    return body.toString(StandardCharsets.UTF_8);
  }

  private static String first(List<HeaderField> fields, String name) {
    return fields.stream()
        .filter(f -> f.name().equals(name))
        .map(HeaderField::value)
        .findFirst()
        .orElse("");
  }

  @Override
  public String toString() {
    return "status " + status() + ", body " + body.size() + ", reset " + reset + ", ended " + ended;
  }
}
