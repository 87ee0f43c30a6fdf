package dev.oneport.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Where log lines and audit lines go, each line whole.
 *
 * @param json whether lines are JSON, or text for a person
 */
public record LogOutput(OutputStream stream, boolean json) {
  /**
   * Writes some lines.
   *
   * @throws IOException if they could not be written; {@code System.out} would not say
   */
  void write(CharSequence lines) throws IOException {
    var bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    synchronized (stream) {
      stream.write(bytes);
      stream.flush();
    }
  }
}
