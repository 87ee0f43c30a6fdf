package dev.oneport.server;

import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.fleet.SharedSettings;
import dev.oneport.identity.Identity;

/**
 * What a configuration says about revocations: which issuers there are, and what is shared where.
 * Nothing else is checked, because a credential must not stay valid for a mistake in a rule, and
 * because binding the policy to the routes takes most of the time that reading a configuration
 * takes.
 */
public record RevocationPlan(Identity identity, SharedSettings shared) {
  /**
   * Reads a configuration; the file of revocations need not exist yet.
   *
   * @throws InvalidConfiguration with all problems of these two sections
   */
  public static RevocationPlan read(Configuration configuration) {
    var root = configuration.root();
    var identity = Identity.read(root.section("identity"));
    var shared = SharedSettings.read(root.section("shared"), identity, false);
    configuration.checkRead();
    return new RevocationPlan(identity, shared);
  }
}
