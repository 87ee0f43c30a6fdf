package dev.oneport.fleet;

import dev.oneport.identity.Identity;
import dev.oneport.identity.Lifetimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * When a revocation has no effect any more: when every credential that it names has expired. Those
 * about credentials that may be valid forever never lapse: API keys, certificates and opaque
 * tokens.
 */
public final class Lapse {
  private final RevocationSettings settings;
  private final Supplier<Identity> identity;

  /**
   * By the settings and the current issuers.
   *
   * @param identity supplies the issuers
   */
  public Lapse(RevocationSettings settings, Supplier<Identity> identity) {
    this.settings = settings;
    this.identity = identity;
  }

  /** When a revocation lapses; empty if it never does. */
  public Optional<Instant> of(Revocation revocation) {
    return life(revocation.selector())
        .map(life -> revocation.before().plus(settings.leeway()).plus(life));
  }

  /** Whether a revocation has lapsed. */
  public boolean isOver(Revocation revocation, Instant now) {
    return of(revocation).filter(now::isAfter).isPresent();
  }

  private Optional<Duration> life(Selector selector) {
    if (settings.keep().isPresent()) {
      return settings.keep();
    }
    var ofToken =
        selector.value(Trait.SUBJECT).isPresent()
            || selector.value(Trait.SESSION).isPresent()
            || selector.value(Trait.TOKEN_ID).isPresent();
    return new Lifetimes(identity.get())
        .longest(
            selector.value(Trait.ISSUER).orElse(""),
            selector.value(Trait.CALLER).orElse(""),
            ofToken);
  }
}
