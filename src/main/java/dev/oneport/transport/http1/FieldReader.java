package dev.oneport.transport.http1;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.LazyString;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Reads field values as Latin-1, so that each byte of them is kept (obs-text, RFC 9110 section
 * 5.5), as on HTTP/2. Helidon 4.5.0 replaces all bytes beyond ASCII by one character.
 */
final class FieldReader extends DataReader {
  @SuppressWarnings("removal") // Helidon's factory makes no subclass
  FieldReader(Supplier<byte[]> bytes) {
    super(bytes);
  }

  @Override
  public LazyString readLazyString(Charset charset, int length) {
    return super.readLazyString(StandardCharsets.ISO_8859_1, length);
  }
}
