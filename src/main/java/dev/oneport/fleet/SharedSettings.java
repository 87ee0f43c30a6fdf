package dev.oneport.fleet;

import dev.oneport.config.Section;
import dev.oneport.identity.Identity;
import java.util.Optional;

/**
 * The settings below {@code shared}.
 *
 * @param redis the Redis that servers share, if there is one
 * @param revocations where revocations are kept, if they are
 * @param withoutStore what happens under quotas of the fleet while Redis does not answer
 */
public record SharedSettings(
    Optional<RedisSettings> redis,
    Optional<RevocationSettings> revocations,
    WhileAway withoutStore) {
  /**
   * Reads the section and closes it.
   *
   * @param withFile whether to report what is wrong with the file of revocations, too
   */
  public static SharedSettings read(Section shared, Identity identity, boolean withFile) {
    try (shared) {
      return new SharedSettings(
          RedisSettings.read(shared),
          RevocationSettings.read(shared, identity, withFile, shared.has("redis")),
          withoutStore(shared));
    }
  }

  private static WhileAway withoutStore(Section shared) {
    try (var quotas = shared.section("quotas")) {
      quotas.warnIf(!shared.has("redis"), "without-store", "there is no shared.redis");
      return quotas.choice("without-store", WhileAway.LOCAL);
    }
  }
}
