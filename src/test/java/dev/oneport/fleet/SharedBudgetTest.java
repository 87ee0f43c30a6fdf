package dev.oneport.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several servers spend one budget; the clock moves by hand. */
@Timeout(60)
final class SharedBudgetTest {
  private static final long SECOND = 1_000_000_000;
  private static final long TICK = Duration.ofMillis(20).toNanos();

  private final AtomicLong now = new AtomicLong(1);
  private final Store store = new Store();

  /** Token buckets by the test's clock. */
  private final class Store implements QuotaStore {
    private final Map<String, double[]> buckets = new HashMap<>();
    private volatile boolean away;
    private volatile CountDownLatch open = new CountDownLatch(0);
    private int servers = 1;

    @Override
    public Taken take(BudgetName budget, long spent, long wanted) throws IOException {
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (away) {
        throw new IOException("away");
      }
      synchronized (this) {
        var bucket =
            buckets.computeIfAbsent(
                budget.toString(), _ -> new double[] {budget.burst(), now.get()});
        double refilled = (now.get() - bucket[1]) * budget.perSecond() / SECOND;
        double left = Math.min(budget.burst(), bucket[0] + refilled) - spent;
        long granted = Math.clamp((long) left, 0, wanted);
        bucket[0] = left - granted;
        bucket[1] = now.get();
        return new Taken(granted, (long) Math.floor(bucket[0]));
      }
    }

    @Override
    public long hold(String name, long held, long wanted, long most) {
      return Math.max(held, Math.min(wanted, most));
    }

    @Override
    public Present announce() throws IOException {
      if (away) {
        throw new IOException("away");
      }
      return new Present(servers, true);
    }

    @Override
    public void leave() {}
  }

  /** One server's connection with the store. */
  private final class Link implements QuotaStore {
    private volatile boolean cut;

    @Override
    public Taken take(BudgetName budget, long spent, long wanted) throws IOException {
      check();
      return store.take(budget, spent, wanted);
    }

    @Override
    public long hold(String name, long held, long wanted, long most) throws IOException {
      check();
      return store.hold(name, held, wanted, most);
    }

    @Override
    public Present announce() throws IOException {
      check();
      return store.announce();
    }

    @Override
    public void leave() {}

    private void check() throws IOException {
      if (cut) {
        throw new IOException("cut");
      }
    }
  }

  private FleetQuotas server(WhileAway without) {
    return server(store, without);
  }

  private FleetQuotas server(QuotaStore to, WhileAway without) {
    var server = new FleetQuotas(to, without, now::get);
    server.beat();
    return server;
  }

  /** Counted, not timed: the store does not answer at all. */
  @Test
  void callsBelowNineTenthsOfTheBudgetWaitForNoStore() {
    store.open = new CountDownLatch(1);
    var server = server(WhileAway.CLOSED);
    var budget = server.budget(new BudgetName("a", 100, 100));
    for (int i = 0; i < 90; i++) {
      assertEquals(0, budget.tryTake());
    }
    assertEquals(0, server.waits());
    var last = Thread.ofVirtual().start(budget::tryTake);
    Await.until("the next one waits", () -> server.waits() == 1);
    store.open.countDown();
    Await.until("it is answered", () -> !last.isAlive());
  }

  /** Each for its own calls, at 85 % of the limit together. */
  @Test
  void steadyCallsBelowTheLimitWaitForNoStore() {
    store.servers = 3;
    var servers = IntStream.range(0, 3).mapToObj(_ -> server(WhileAway.CLOSED)).toList();
    var budgets = servers.stream().map(it -> it.budget(new BudgetName("a", 1_000, 1_000))).toList();
    int refused = 0;
    for (int tick = 0; tick < 100; tick++) {
      for (int i = 0; i < 17; i++) {
        refused += budgets.get((tick + i) % 3).tryTake() == 0 ? 0 : 1;
      }
      pass(budgets);
    }
    assertEquals(0, refused);
    assertEquals(0, servers.stream().mapToLong(FleetQuotas::waits).sum());
  }

  @ParameterizedTest
  @CsvSource({"1, 1000, 1000", "3, 1000, 1000", "10, 1000, 2000", "3, 100, 10", "5, 10, 5"})
  void theFleetAdmitsTheLimit(int count, int perSecond, int burst) {
    store.servers = count;
    var budgets =
        IntStream.range(0, count)
            .mapToObj(_ -> server(WhileAway.CLOSED))
            .map(it -> it.budget(new BudgetName("a", perSecond, burst)))
            .toList();
    int ticks = 250;
    long admitted = 0;
    for (int tick = 0; tick < ticks; tick++) {
      for (int i = 0; i < Math.max(2, perSecond / 25 / count + 1); i++) {
        for (var budget : budgets) {
          admitted += budget.tryTake() == 0 ? 1 : 0;
        }
      }
      pass(budgets);
    }
    double limit = burst + perSecond * (ticks * TICK / (double) SECOND);
    // What servers spend before they have heard of each other is paid back.
    double most = limit * 1.05 + count;
    double least = limit * 0.95 - count;
    assertTrue(admitted >= least && admitted <= most, admitted + " of " + least + " to " + most);
  }

  /**
   * Three servers with more calls than the limit, before, while and after the store is away. They
   * notice one after the other that it is back, as it was or empty.
   */
  @ParameterizedTest
  @CsvSource({
    "kept, 1000, 200, 250",
    "lost, 1000, 200, 250",
    "kept, 1000, 1000, 250",
    "lost, 1000, 1000, 250",
    "lost, 5000, 1000, 500",
    "kept, 100, 20, 250",
    "lost, 100, 20, 250",
    "kept, 1000, 2000, 20",
    "kept, 1000, 200, 3"
  })
  void theStoreComesBack(String budgets, int perSecond, int burst, int ticksAway) {
    store.servers = 3;
    var links = IntStream.range(0, 3).mapToObj(_ -> new Link()).toList();
    var servers = links.stream().map(it -> server(it, WhileAway.LOCAL)).toList();
    var all = servers.stream().map(it -> it.budget(new BudgetName("a", perSecond, burst))).toList();
    int each = Math.max(2, perSecond / 25 / 3 + 1);
    IntStream.range(0, 150).forEach(_ -> tick(all, each));
    links.forEach(it -> it.cut = true);
    IntStream.range(0, ticksAway).forEach(_ -> tick(all, each));
    if (budgets.equals("lost")) {
      store.buckets.clear();
    }
    store.servers = 0;
    long admitted = 0;
    int ticks = 150;
    for (int tick = 0; tick < ticks; tick++) {
      int back = tick / 15;
      if (tick % 15 == 0 && back < links.size()) {
        links.get(back).cut = false;
        // As in a store that was emptied, each server hears only of those that came before it.
        store.servers++;
      }
      if (tick % 50 == 0 || tick % 15 == 0) {
        servers.forEach(FleetQuotas::beat);
      }
      admitted += tick(all, each);
    }
    double limit = perSecond * (ticks * TICK / (double) SECOND);
    // Two servers spend their thirds alone for 0.3 and 0.6 s more, which the first does not know.
    double most = limit * 1.1;
    double least = limit * 0.95 - 3;
    assertTrue(admitted >= least && admitted <= most, admitted + " of " + least + " to " + most);
  }

  /** So many calls to each server; how many were admitted. */
  private long tick(List<SharedBudget> budgets, int each) {
    long admitted = 0;
    for (int i = 0; i < each; i++) {
      for (var budget : budgets) {
        admitted += budget.tryTake() == 0 ? 1 : 0;
      }
    }
    pass(budgets);
    return admitted;
  }

  /** Time passes when all servers have paid. */
  private void pass(List<SharedBudget> budgets) {
    for (var budget : budgets) {
      Await.until("it has paid", budget::isPaid);
    }
    now.addAndGet(TICK);
  }

  @ParameterizedTest
  @CsvSource({"LOCAL, 25, 30", "OPEN, 1000, 1000", "CLOSED, 0, 0"})
  void withoutTheStore(WhileAway without, int least, int most) {
    store.servers = 4;
    var server = server(without);
    var budget = server.budget(new BudgetName("a", 10, 20));
    assertEquals(0, budget.tryTake());
    Await.until("it has paid", budget::isPaid);
    store.away = true;
    assertEquals(0, budget.tryTake());
    Await.until("it knows", budget::isAlone);
    long admitted = 0;
    for (int i = 0; i < 1_000; i++) {
      now.addAndGet(SECOND / 100);
      admitted += budget.tryTake() == 0 ? 1 : 0;
    }
    assertEquals(0, server.waits());
    // A quarter of ten a second, and of what was left, for ten seconds.
    assertTrue(admitted >= least && admitted <= most, () -> "admitted");
    store.away = false;
    Await.until(
        "it counts with the others again",
        () -> {
          now.addAndGet(SECOND);
          var _ = budget.tryTake();
          return !budget.isAlone();
        });
  }

  @Test
  void whatWasSpentWithoutTheStoreIsNotForgotten() {
    var server = server(WhileAway.CLOSED);
    var budget = server.budget(new BudgetName("a", 100, 100));
    assertEquals(0, budget.take(100));
    assertTrue(budget.take(50) >= SECOND / 2);
    Await.until("it has paid", budget::isPaid);
    var other = server(WhileAway.CLOSED).budget(new BudgetName("a", 100, 100));
    assertEquals(0, other.take(1));
    Await.until("it has paid", other::isPaid);
    assertTrue(other.take(1) > SECOND / 2);
  }
}
