package dev.oneport.transport.grpc;

import dev.oneport.transport.http2.hpack.HeaderField;
import dev.oneport.transport.http2.hpack.HeaderText;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reads the status with which a server ends a call. */
public final class ReceivedStatus {
  private static final String TYPE = "application/grpc";

  private ReceivedStatus() {}

  /**
   * The status in a response's trailers, or in a response that has only a head; empty if there is
   * none.
   */
  public static Optional<Status> of(List<HeaderField> fields) {
    var code = first(fields, "grpc-status");
    if (code.isEmpty()) {
      return Optional.empty();
    }
    long number = HeaderText.number(code.get().value());
    var status =
        number < 0 || number > Status.Code.UNAUTHENTICATED.value()
            ? Status.UNKNOWN
            : Status.fromCodeValue((int) number);
    return Optional.of(
        first(fields, "grpc-message")
            .map(message -> status.withDescription(decoded(message.valueBytes())))
            .orElse(status));
  }

  private static Optional<HeaderField> first(List<HeaderField> fields, String name) {
    return fields.stream().filter(field -> field.name().equals(name)).findFirst();
  }

  /** Undoes percent-encoding; invalid sequences stay unchanged. */
  private static String decoded(byte[] text) {
    var target = new ByteArrayOutputStream(text.length);
    for (int i = 0; i < text.length; i++) {
      int high = i + 2 < text.length ? Character.digit(text[i + 1], 16) : -1;
      int low = i + 2 < text.length ? Character.digit(text[i + 2], 16) : -1;
      if (text[i] == '%' && high >= 0 && low >= 0) {
        target.write(high << 4 | low);
        i += 2;
      } else {
        target.write(text[i]);
      }
    }
    return target.toString(StandardCharsets.UTF_8);
  }

  /** Whether a content type is that of gRPC, in any format of messages, and not of gRPC-Web. */
  public static boolean isGrpc(String contentType) {
    int length = TYPE.length();
    return contentType.regionMatches(true, 0, TYPE, 0, length)
        && (contentType.length() == length || "+; ".indexOf(contentType.charAt(length)) >= 0);
  }
}
