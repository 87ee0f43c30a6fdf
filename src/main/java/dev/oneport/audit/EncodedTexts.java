package dev.oneport.audit;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Texts as they stand in JSON, without tokens: routes, rules, callers, user agents and addresses
 * come again and again, and encoding them costs more than finding them here. Used by one thread.
 */
final class EncodedTexts {
  /** Clients choose some of the texts: when the table is full, it begins again. */
  static final int MOST = 1024;

  private static final int LONGEST = 320;

  private final Map<String, byte[]> known = new HashMap<>();
  private @Nullable JsonWriter encoder;

  /** The encoded text, without quotes; not to be changed. */
  byte[] of(String text) {
    var found = known.get(text);
    return found == null ? encode(text) : found;
  }

  private byte[] encode(String text) {
    if (encoder == null) {
      encoder = new JsonWriter();
    }
    encoder.truncate(0);
    var plain = LogLine.withoutTokens(text);
    var bytes = Arrays.copyOf(encoder.escaped(plain).buffer(), encoder.size());
    // A text that holds a token is not kept.
    if (text.length() <= LONGEST && plain.equals(text)) {
      if (known.size() == MOST) {
        known.clear();
      }
      known.put(text, bytes);
    }
    return bytes;
  }

  int size() {
    return known.size();
  }
}
