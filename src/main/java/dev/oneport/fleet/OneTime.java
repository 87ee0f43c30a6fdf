package dev.oneport.fleet;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * A message that may count once.
 *
 * @param id says which, without its content
 * @param until the time from which it would not count anyway
 */
public record OneTime(String id, Instant until) {
  /** The message of a sender, by the number that the sender gave it. */
  public static OneTime of(String sender, String number, Instant until) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(sender.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      return new OneTime(
          HexFormat.of().formatHex(digest.digest(number.getBytes(StandardCharsets.UTF_8))), until);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
