package dev.oneport.transport.grpc;

import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Converts header fields to metadata and back: names that end in {@code -bin} carry base64, where
 * several values may be joined by commas; all values stay separate.
 */
public final class GrpcMetadata {
  private static final System.Logger LOGGER = System.getLogger(GrpcMetadata.class.getName());
  private static final String BINARY = Metadata.BINARY_HEADER_SUFFIX;
  private static final byte[] BINARY_BYTES = BINARY.getBytes(StandardCharsets.US_ASCII);
  // Fields that the transport writes, or that HTTP/2 forbids.
  private static final Set<String> RESERVED =
      Set.of(
          "connection",
          "content-length",
          "content-type",
          "grpc-accept-encoding",
          "grpc-encoding",
          "grpc-message",
          "grpc-status",
          "keep-alive",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade");

  private static final Set<String> OF_MESSAGES = Set.of("grpc-accept-encoding", "grpc-encoding");

  private GrpcMetadata() {}

  /**
   * The metadata of a request.
   *
   * @throws CallFailure if a binary value is not base64
   */
  public static Metadata of(List<HeaderField> fields) {
    var pairs = new byte[fields.size() * 2][];
    int count = 0;
    for (var field : fields) {
      if (isBinary(field.nameBytes())) {
        return withBinary(fields);
      }
      pairs[count++] = field.nameBytes();
      pairs[count++] = field.valueBytes();
    }
    return InternalMetadata.newMetadata(count / 2, pairs);
  }

  private static Metadata withBinary(List<HeaderField> fields) {
    var pairs = new ArrayList<byte[]>(fields.size() * 2 + 4);
    for (var field : fields) {
      if (isBinary(field.nameBytes())) {
        for (var value : field.value().split(",", -1)) {
          pairs.add(field.nameBytes());
          pairs.add(decode(value.strip()));
        }
      } else {
        pairs.add(field.nameBytes());
        pairs.add(field.valueBytes());
      }
    }
    return InternalMetadata.newMetadata(pairs.size() / 2, pairs.toArray(byte[][]::new));
  }

  /**
   * The text values of a request's metadata, which can be read even if binary values are invalid.
   */
  public static Metadata texts(List<HeaderField> fields) {
    return of(fields.stream().filter(field -> !isBinary(field.nameBytes())).toList());
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      throw new CallFailure(GrpcFailure.MALFORMED, "base64 of metadata");
    }
  }

  /** Adds metadata to the fields to send. */
  public static void addTo(List<HeaderField> fields, Metadata metadata) {
    if (InternalMetadata.headerCount(metadata) == 0) {
      return;
    }
    var pairs = InternalMetadata.serialize(metadata);
    for (int i = 0; i < pairs.length; i += 2) {
      add(fields, pairs[i], pairs[i + 1]);
    }
  }

  /**
   * Adds the metadata of a forwarded call, including those about the encoding of its messages;
   * {@code removed} says by name which to leave out.
   */
  public static void addAsIs(
      List<HeaderField> fields, Metadata metadata, Predicate<String> removed) {
    if (InternalMetadata.headerCount(metadata) == 0) {
      return;
    }
    var pairs = InternalMetadata.serialize(metadata);
    for (int i = 0; i < pairs.length; i += 2) {
      var name = new String(pairs[i], StandardCharsets.US_ASCII);
      if (name.startsWith(":")
          || (RESERVED.contains(name) && !OF_MESSAGES.contains(name))
          || removed.test(name)) {
        continue;
      }
      var value =
          isBinary(pairs[i])
              ? Base64.getEncoder().withoutPadding().encode(pairs[i + 1])
              : pairs[i + 1];
      // Unchanged: it was checked when it was received.
      fields.add(HeaderField.of(pairs[i], value));
    }
  }

  private static void add(List<HeaderField> fields, byte[] name, byte[] value) {
    var text = new String(name, StandardCharsets.US_ASCII);
    if (RESERVED.contains(text) || text.startsWith(":")) {
      return;
    }
    if (isBinary(name)) {
      fields.add(HeaderField.of(name, Base64.getEncoder().withoutPadding().encode(value)));
    } else if (isPrintable(value)) {
      fields.add(HeaderField.of(name, value));
    } else {
      LOGGER.log(Level.WARNING, "metadata {0} has a value that cannot be sent", text);
    }
  }

  private static boolean isBinary(byte[] name) {
    int start = name.length - BINARY_BYTES.length;
    return start >= 0
        && Arrays.equals(name, start, name.length, BINARY_BYTES, 0, BINARY_BYTES.length);
  }

  private static boolean isPrintable(byte[] value) {
    for (byte b : value) {
      if (b < ' ' || b > '~') {
        return false;
      }
    }
    return value.length == 0 || (value[0] != ' ' && value[value.length - 1] != ' ');
  }
}
