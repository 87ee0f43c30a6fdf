package dev.oneport.audit;

import java.nio.charset.StandardCharsets;

/** The name of a member of a JSON object, encoded once. */
final class JsonName {
  private final byte[] bytes;

  /**
   * Encodes a name.
   *
   * @param name needs no escape
   */
  JsonName(String name) {
    this.bytes = ('"' + name + "\":").getBytes(StandardCharsets.US_ASCII);
  }

  /** In quotes, with its colon; not to be changed. */
  byte[] bytes() {
    return bytes;
  }
}
