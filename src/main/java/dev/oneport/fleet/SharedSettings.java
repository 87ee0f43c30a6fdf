package dev.oneport.fleet;

import dev.oneport.config.Section;
import dev.oneport.identity.Identity;
import java.util.Optional;

/**
 * The settings below {@code shared}.
 *
 * @param redis the Redis that servers share, if there is one
 * @param revocations where revocations are kept, if they are
 */
public record SharedSettings(
    Optional<RedisSettings> redis, Optional<RevocationSettings> revocations) {
  /**
   * Reads the section and closes it.
   *
   * @param withFile whether to report what is wrong with the file of revocations, too
   */
  public static SharedSettings read(Section shared, Identity identity, boolean withFile) {
    try (shared) {
      return new SharedSettings(
          RedisSettings.read(shared),
          RevocationSettings.read(shared, identity, withFile, shared.has("redis")));
    }
  }
}
