package dev.oneport.transport.calls;

import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The compression of messages, as both sides declare it in their headers. */
public final class Encodings {
  private Encodings() {}

  /**
   * The decompressor for a {@code grpc-encoding}; empty for none.
   *
   * @throws CallFailure if it is not known
   */
  public static Optional<Decompressor> decompressor(Optional<String> encoding) {
    if (encoding.isEmpty() || encoding.get().equals(Codec.Identity.NONE.getMessageEncoding())) {
      return Optional.empty();
    }
    @Nullable Decompressor known =
        DecompressorRegistry.getDefaultInstance().lookupDecompressor(encoding.get());
    if (known == null) {
      throw new CallFailure(GrpcFailure.ENCODING_UNKNOWN, "grpc-encoding");
    }
    return Optional.of(known);
  }

  /** Whether a {@code grpc-accept-encoding} accepts this compression. */
  public static boolean accepts(String acceptEncoding, Compressor chosen) {
    if (chosen instanceof Codec.Identity) {
      return true;
    }
    for (var name : acceptEncoding.split(",", -1)) {
      if (name.strip().equals(chosen.getMessageEncoding())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Decompresses a message. Memory is allocated as it grows, because the header's length is no
   * bound.
   *
   * @throws CallFailure if it cannot be decompressed, or is too large
   */
  public static byte[] decompressed(
      InputStream compressed, Decompressor with, int max, MessageMemory memory) {
    try (var source = with.decompress(compressed)) {
      return memory.readAll(source, max);
    } catch (IOException _) {
      throw new CallFailure(GrpcFailure.MALFORMED, "compressed message");
    }
  }
}
