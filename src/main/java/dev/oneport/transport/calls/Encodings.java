package dev.oneport.transport.calls;

import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How messages are compressed, as both sides say it in their headers. */
public final class Encodings {
  private Encodings() {}

  /**
   * What undoes the compression that a {@code grpc-encoding} names; empty for none.
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

  /** Whether a {@code grpc-accept-encoding} takes what this compresses. */
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
   * A message as it was before it was compressed. Its memory is taken as it grows: what its header
   * says of it bounds nothing.
   *
   * @throws CallFailure if it cannot be undone, or has more bytes than that
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
