package dev.oneport.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * The SHA-256 of a token and the header that carried it, kept instead of the token.
 *
 * @param a the first 64 bits, and so on
 */
record TokenDigest(long a, long b, long c, long d, Optional<String> header) {
  private static final MessageDigest SHA_256 = sha256();

  static TokenDigest of(String token, Optional<String> header) {
    try {
      var digest = ((MessageDigest) SHA_256.clone()).digest(token.getBytes(StandardCharsets.UTF_8));
      var longs = ByteBuffer.wrap(digest);
      return new TokenDigest(
          longs.getLong(), longs.getLong(), longs.getLong(), longs.getLong(), header);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int hashCode() {
    return Long.hashCode(a);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
