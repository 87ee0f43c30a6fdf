package dev.oneport.fleet;

import dev.oneport.identity.RevokedCredentials;
import dev.oneport.identity.Verification.Verified;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The revocations that this server has heard of. It forgets one only when no credential can fall
 * under it any more: neither a store that is lost nor one that is emptied gives a credential back.
 */
public final class Revocations implements RevokedCredentials, RevocationStore.Heard {
  private static final System.Logger LOG = System.getLogger("dev.oneport");
  private static final int MOST_LOGGED = 20;

  /** Beyond this, those that the store holds no more are forgotten. */
  private static final int MOST = 2 * RevocationText.MOST;

  private final Duration leeway;
  private final Lapse lapse;
  private final InstantSource wall;
  private final ReentrantLock hearing = new ReentrantLock();
  private volatile RevocationIndex index = RevocationIndex.EMPTY;
  private volatile Runnable changed = () -> {};
  private volatile boolean known;

  /**
   * No revocations yet.
   *
   * @param leeway credentials that were issued so long after a revocation count as issued before it
   * @param lapse when a revocation has no effect any more
   * @param known whether credentials may be accepted before anything was heard from the store
   */
  public Revocations(Duration leeway, Lapse lapse, InstantSource wall, boolean known) {
    this.leeway = leeway;
    this.known = known;
    this.lapse = lapse;
    this.wall = wall;
  }

  /** Sets what is run after credentials were revoked. */
  public void onChange(Runnable action) {
    changed = action;
  }

  @Override
  public Optional<String> cause(Verified verified) {
    return index
        .of(verified)
        .map(it -> "it was revoked (" + it.selector() + ", issued before " + it.before() + ")");
  }

  @Override
  public boolean known() {
    return known;
  }

  /** Takes notice of revocations, new or known; they count when this returns. */
  @Override
  public void added(List<Revocation> revocations) {
    hear(revocations, false);
  }

  /** The same for all that a store holds. */
  @Override
  public void all(List<Revocation> revocations) {
    hear(revocations, true);
    known = true;
  }

  /** Those that count. */
  public List<Revocation> list() {
    return index.before().entrySet().stream()
        .map(it -> new Revocation(it.getKey(), it.getValue()))
        .toList();
  }

  private void hear(List<Revocation> revocations, boolean whole) {
    var added = new HashMap<Selector, Instant>();
    hearing.lock();
    try {
      var now = wall.instant();
      var known = index.before();
      var kept = whole && known.size() > MOST ? Map.<Selector, Instant>of() : known;
      var all = RevocationText.newest(kept, revocations);
      all.entrySet().removeIf(it -> lapse.isOver(new Revocation(it.getKey(), it.getValue()), now));
      if (all.equals(known)) {
        return;
      }
      all.forEach(
          (selector, before) -> {
            if (!before.equals(known.get(selector))) {
              added.put(selector, before);
            }
          });
      index = new RevocationIndex(all, leeway);
    } finally {
      hearing.unlock();
    }
    if (!added.isEmpty()) {
      log(added);
      changed.run();
    }
  }

  /** How many revocations count. */
  public int size() {
    return index.before().size();
  }

  private static void log(Map<Selector, Instant> added) {
    added.entrySet().stream().limit(MOST_LOGGED).forEach(it -> log(it.getKey(), it.getValue()));
    if (added.size() > MOST_LOGGED) {
      LOG.log(
          System.Logger.Level.INFO,
          "revoked: {0} more",
          Integer.toString(added.size() - MOST_LOGGED));
    }
  }

  private static void log(Selector selector, Instant before) {
    LOG.log(
        selector.isWholeIssuer() ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
        "revoked: {0}{1}, issued before {2}",
        selector.isWholeIssuer() ? "everything of " : "",
        selector,
        before);
  }
}
