package dev.oneport.fleet;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * A budget in the store. Servers with the same settings have the same name for it; one with other
 * numbers has another budget.
 *
 * @param whose see {@link #digest}
 */
public record BudgetName(String whose, int perSecond, int burst) {
  /** A name that tells nothing about callers and has the same length for all of them. */
  public static String digest(List<String> parts) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var part : parts) {
        digest.update((part.length() + ":" + part).getBytes(StandardCharsets.UTF_8));
      }
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return whose + ":" + perSecond + ":" + burst;
  }
}
