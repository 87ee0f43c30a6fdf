package dev.oneport.fleet;

import dev.oneport.fleet.RevocationSettings.WithoutStore;
import dev.oneport.identity.Identity;
import dev.oneport.identity.RevokedCredentials;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What this server shares with others: nothing, unless it is configured. */
public final class Fleet implements AutoCloseable {
  private record Shared(RevocationStore store, Revocations revocations) {}

  private final Optional<Shared> shared;

  private Fleet(Optional<Shared> shared) {
    this.shared = shared;
  }

  /**
   * By the settings; nothing is read yet.
   *
   * @param redis keeps the revocations if no file does
   * @param identity supplies the current issuers
   */
  public static Fleet of(
      Optional<RevocationSettings> settings,
      Optional<SharedRedis> redis,
      Supplier<Identity> identity,
      InstantSource wall) {
    return new Fleet(
        settings.map(
            it -> {
              var lapse = new Lapse(it, identity);
              var known = it.file().isPresent() || it.withoutStore() == WithoutStore.OPEN;
              return new Shared(
                  store(it, redis, lapse, wall), new Revocations(it.leeway(), lapse, wall, known));
            }));
  }

  /** The store of these settings. */
  public static RevocationStore store(
      RevocationSettings settings, Optional<SharedRedis> redis, Lapse lapse, InstantSource wall) {
    return settings.file().isPresent()
        ? new RevocationFile(settings, lapse, wall)
        : redis.orElseThrow().revocations(lapse, wall);
  }

  /** Whether it is known which credentials were revoked; until then none may be accepted. */
  public boolean isReady() {
    return shared.isEmpty() || shared.get().revocations().known();
  }

  /** The credentials that were revoked so far, on any of the servers. */
  public RevokedCredentials revoked() {
    return shared.<RevokedCredentials>map(Shared::revocations).orElse(RevokedCredentials.NONE);
  }

  /**
   * Hears of everything that was revoked so far, and then of what is.
   *
   * @param changed is run after credentials were revoked
   */
  public void join(Runnable changed) {
    shared.ifPresent(
        it -> {
          it.revocations().onChange(changed);
          it.store().watch(it.revocations(), it.revocations()::list);
        });
  }

  /**
   * Revokes credentials because a message asks for it, on this server when this returns and on the
   * others as soon as they hear.
   *
   * @return false if the message did so before, on any server
   * @throws IOException if the others would not hear of it; then this server has not revoked them
   *     either
   */
  public boolean revokeOnce(List<Revocation> revocations, OneTime message) throws IOException {
    var here = shared.orElseThrow(() -> new IOException("shared.revocations is not configured"));
    if (!here.store().addOnce(revocations, message)) {
      return false;
    }
    here.revocations().added(revocations);
    return true;
  }

  @Override
  public void close() {
    shared.ifPresent(it -> it.store().close());
  }
}
