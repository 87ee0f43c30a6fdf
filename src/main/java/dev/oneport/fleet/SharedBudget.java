package dev.oneport.fleet;

import dev.oneport.fleet.QuotaStore.Taken;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A budget that all servers spend together. As long as a tenth of it is left, a server spends on
 * credit, at most its share of the rest, and pays the store in the background: no call waits. Below
 * that, tokens are taken from the store before they are spent, in batches, and a call waits for the
 * answer if none is there. All that is spent is paid, so what servers spend on credit too much
 * comes off what follows.
 *
 * <p>While the store is away, a server spends its share. When the store is back it pays what has
 * not come back of that, because the store has refilled the budget, or lost it and made it full;
 * and keeps to its share for a while longer, because others may not have noticed yet.
 *
 * <p>The lock is never held while the store is asked; one question at a time is under way.
 */
public final class SharedBudget {
  private static final long SECOND = 1_000_000_000;

  /** A tenth of the budget, below which nothing is spent on credit. */
  private static final int RESERVE = 10;

  /** So long calls are gathered before the store is asked, if none of them waits. */
  private static final long GATHERING = 3_000_000;

  /** The shortest time between questions when nothing was left. */
  private static final long SHORTEST_PAUSE = 10_000_000;

  /** How often a store that is away is asked again. */
  private static final long RETRY = SECOND / 4;

  /** How long servers may take, one after the other, to notice that the store is back. */
  private static final long SETTLING = 2 * SECOND;

  /** How often a call asks, if others took what was there. */
  private static final int ATTEMPTS = 3;

  private final FleetQuotas fleet;
  private final BudgetName name;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition answered = lock.newCondition();

  /** Taken and not spent. */
  private long stock;

  /** Spent and not paid. */
  private long unpaid;

  /** In the store at a time. */
  private long left;

  private long leftAt;

  private int waiting;
  private boolean gathering;
  private @Nullable Thread asking;

  /** Not before is the store asked again. */
  private long notBefore;

  private boolean away;

  /** While the store is away, and until the others have noticed that it is back. */
  private @Nullable LocalShare share;

  private long settled;

  SharedBudget(FleetQuotas fleet, BudgetName name) {
    this.fleet = fleet;
    this.name = name;
    this.left = name.burst();
    this.leftAt = fleet.now();
    this.notBefore = leftAt;
    this.away = !fleet.isUp();
    this.share = away ? new LocalShare(name, fleet.servers(), left, leftAt) : null;
  }

  /** Takes one; how many nanoseconds to wait if nothing is left, else 0. */
  public long tryTake() {
    lock.lock();
    try {
      long now = fleet.now();
      var own = share(now);
      if (own != null) {
        return takeOwn(own, now);
      }
      if (spend(now)) {
        ask();
        return 0;
      }
      if (now < notBefore) {
        return notBefore - now;
      }
      return askAndSpend();
    } finally {
      lock.unlock();
    }
  }

  /** Takes that much, whatever is left; how many nanoseconds until it has come back. */
  public long take(long amount) {
    lock.lock();
    try {
      long now = fleet.now();
      var own = share(now);
      if (own != null && away) {
        askIfDue(now);
        return switch (fleet.without()) {
          case LOCAL -> own.take(amount, now);
          case OPEN -> 0;
          case CLOSED -> SECOND;
        };
      }
      unpaid += amount;
      ask();
      if (own != null) {
        return own.take(amount, now);
      }
      long rest = left(now) + stock - unpaid;
      return rest >= 0 ? 0 : Math.ceilDiv(-rest * SECOND, name.perSecond());
    } finally {
      lock.unlock();
    }
  }

  /** In how many nanoseconds all that was spent has come back, as far as this server knows. */
  public long owes() {
    lock.lock();
    try {
      long now = fleet.now();
      long alone = share == null ? 0 : share.owed(now);
      return Math.max(0, name.burst() - left(now) + unpaid + alone) * SECOND / name.perSecond();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the store knows all that it can be told. */
  boolean isPaid() {
    lock.lock();
    try {
      return unpaid == 0 && asking == null;
    } finally {
      lock.unlock();
    }
  }

  /** Whether this server counts alone now, because the store did not answer. */
  boolean isAlone() {
    lock.lock();
    try {
      return away;
    } finally {
      lock.unlock();
    }
  }

  /** The share to keep to; null if the servers count together. */
  private @Nullable LocalShare share(long now) {
    if (share != null && !away && now >= settled) {
      share = null;
    }
    return share;
  }

  private long takeOwn(LocalShare own, long now) {
    if (away) {
      askIfDue(now);
      return without(own, now);
    }
    long rest = own.tryTake(now);
    if (rest == 0) {
      unpaid++;
      ask();
    }
    return rest;
  }

  private boolean spend(long now) {
    if (stock > 0) {
      stock--;
      return true;
    }
    if (unpaid < credit(now)) {
      unpaid++;
      return true;
    }
    return false;
  }

  private long credit(long now) {
    long above = left(now) - name.burst() / RESERVE;
    return above <= 0 ? 0 : Math.ceilDiv(above, fleet.servers());
  }

  /** What is in the store if nobody else takes from it. */
  private long left(long now) {
    long refilled = (long) ((double) (now - leftAt) * name.perSecond() / SECOND);
    return Math.min(name.burst(), left + refilled);
  }

  private long askAndSpend() {
    waiting++;
    fleet.waited();
    try {
      for (int i = 0; i < ATTEMPTS && share == null && fleet.now() >= notBefore; i++) {
        awaitAnswer();
        if (share == null && spend(fleet.now())) {
          ask();
          return 0;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return SECOND;
    } finally {
      waiting--;
    }
    long now = fleet.now();
    var own = share(now);
    return own != null ? takeOwn(own, now) : Math.max(SHORTEST_PAUSE, notBefore - now);
  }

  private void awaitAnswer() throws InterruptedException {
    ask();
    hurry();
    var question = asking;
    while (question != null && question.equals(asking)) {
      answered.await();
    }
  }

  private long without(LocalShare own, long now) {
    return switch (fleet.without()) {
      case LOCAL -> own.tryTake(now);
      case OPEN -> 0;
      case CLOSED -> SECOND;
    };
  }

  private void askIfDue(long now) {
    if (now >= notBefore) {
      ask();
    }
  }

  /** Asks the store, unless that is under way or there is nothing to ask for. */
  private void ask() {
    if (asking == null && (unpaid > 0 || wanted() > 0 || away)) {
      gathering = true;
      asking = Thread.ofVirtual().name("fleet-budget").start(this::answer);
    }
  }

  private void hurry() {
    gathering = false;
    LockSupport.unpark(asking);
  }

  /** How much to take before it is spent. */
  private long wanted() {
    if (left(fleet.now()) - unpaid > name.burst() / RESERVE) {
      return 0;
    }
    long batch = Math.max(1, name.burst() / RESERVE / fleet.servers());
    return waiting > 0 ? Math.max(batch, waiting) : stock < batch / 2 ? batch - stock : 0;
  }

  private void answer() {
    gather();
    long spent;
    long wanted;
    lock.lock();
    try {
      spent = unpaid;
      wanted = wanted();
    } finally {
      lock.unlock();
    }
    Taken taken = null;
    try {
      taken = fleet.store().take(name, spent, wanted);
    } catch (IOException | RuntimeException e) {
      fleet.failed(e);
    } finally {
      note(spent, wanted, taken);
    }
  }

  private void gather() {
    long until = System.nanoTime() + GATHERING;
    for (long rest = GATHERING; rest > 0 && gathers(); rest = until - System.nanoTime()) {
      LockSupport.parkNanos(this, rest);
    }
  }

  private boolean gathers() {
    lock.lock();
    try {
      return gathering && waiting == 0;
    } finally {
      lock.unlock();
    }
  }

  private void note(long spent, long wanted, @Nullable Taken taken) {
    lock.lock();
    try {
      long now = fleet.now();
      asking = null;
      if (taken == null) {
        notBefore = now + RETRY;
        countAlone(now);
      } else {
        unpaid -= spent;
        stock += taken.granted();
        left = taken.left();
        leftAt = now;
        notBefore = taken.granted() < wanted ? now + pause() : now;
        if (away) {
          countTogether(now);
        }
        if (unpaid > 0) {
          ask();
        }
      }
      answered.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void countAlone(long now) {
    if (!away) {
      away = true;
      share = new LocalShare(name, fleet.servers(), left(now) - unpaid + stock, now);
      unpaid = 0;
      stock = 0;
    }
  }

  private void countTogether(long now) {
    away = false;
    unpaid += share == null ? 0 : share.owed(now);
    settled = fleet.without() == WhileAway.LOCAL ? now + SETTLING : now;
  }

  /** How long to wait for something to be left. */
  private long pause() {
    return Math.clamp(Math.max(1, 1 - left) * SECOND / name.perSecond(), SHORTEST_PAUSE, SECOND);
  }
}
