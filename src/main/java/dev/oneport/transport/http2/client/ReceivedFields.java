package dev.oneport.transport.http2.client;

import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.StreamError;
import dev.oneport.transport.http2.hpack.HeaderField;
import dev.oneport.transport.http2.hpack.HeaderList;
import dev.oneport.transport.http2.hpack.HeaderText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The fields of a response's head, or of its trailers, checked as RFC 9113 section 8 requires.
 *
 * @param status the HTTP status; 0 in trailers
 * @param fields the other fields, in order
 */
public record ReceivedFields(int status, List<HeaderField> fields) {
  static ReceivedFields head(int stream, HeaderList list) {
    if (list.tooLarge()) {
      throw new StreamError(stream, ErrorCode.CANCEL, "header list too large");
    }
    if (list.count() == 0 || !list.get(0).name().equals(":status")) {
      throw malformed(stream, ":status");
    }
    long status = HeaderText.number(list.get(0).value());
    if (status < 100 || status > 999) {
      throw malformed(stream, ":status");
    }
    return new ReceivedFields((int) status, fields(stream, list, 1));
  }

  static ReceivedFields trailers(int stream, HeaderList list) {
    if (list.tooLarge()) {
      throw new StreamError(stream, ErrorCode.CANCEL, "trailers too large");
    }
    return new ReceivedFields(0, fields(stream, list, 0));
  }

  private static List<HeaderField> fields(int stream, HeaderList list, int from) {
    var fields = new ArrayList<HeaderField>(list.count());
    long announced = -1;
    for (int i = from; i < list.count(); i++) {
      var field = list.get(i);
      if (!field.wellFormed() || field.nameBytes()[0] == ':') {
        throw malformed(stream, "a field");
      }
      switch (field.name()) {
        case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" ->
            throw malformed(stream, "a field of HTTP/1.1's connections");
        case "content-length" -> {
          // Two lengths are a message that two readers may end in different places.
          long length = HeaderText.number(field.value());
          if (length < 0 || (announced >= 0 && announced != length)) {
            throw malformed(stream, "content-length");
          }
          announced = length;
          fields.add(field);
        }
        default -> fields.add(field);
      }
    }
    return fields;
  }

  private static StreamError malformed(int stream, String what) {
    return new StreamError(stream, ErrorCode.PROTOCOL_ERROR, what);
  }

  boolean isInterim() {
    return status < 200;
  }

  /** The first value of the field with this name. */
  public Optional<String> first(String name) {
    for (var field : fields) {
      if (field.name().equals(name)) {
        return Optional.of(field.value());
      }
    }
    return Optional.empty();
  }

  /** The announced length of the body, or -1. */
  long contentLength() {
    return HeaderText.number(first("content-length").orElse(""));
  }
}
