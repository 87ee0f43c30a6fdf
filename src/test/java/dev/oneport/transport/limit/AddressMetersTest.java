package dev.oneport.transport.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.oneport.testing.ManualClock;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A token bucket for each address, in bounded memory, which a flood of addresses does not empty.
 */
final class AddressMetersTest {
  private static final int MILLION = 1_000_000;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final long ADDRESS = AddressKey.of(InetAddress.ofLiteral("198.51.100.1"));

  private final ManualClock clock = new ManualClock(Instant.EPOCH);

  @Test
  void aBucketEmptiesAndFillsAgainWithTime() {
    var meters = meters(3, 2);
    for (int i = 0; i < 3; i++) {
      assertEquals(0, meters.tryTake(ADDRESS));
    }
    assertEquals(500_000_000, meters.tryTake(ADDRESS));
    assertEquals(500_000_000, meters.toWait(ADDRESS));
    clock.advance(Duration.ofMillis(499));
    assertEquals(1_000_000, meters.tryTake(ADDRESS));
    clock.advance(Duration.ofMillis(1));
    assertEquals(0, meters.toWait(ADDRESS));
    assertEquals(0, meters.tryTake(ADDRESS));
    assertEquals(500_000_000, meters.tryTake(ADDRESS));
    clock.advance(Duration.ofDays(40_000));
    for (int i = 0; i < 3; i++) {
      assertEquals(0, meters.tryTake(ADDRESS));
    }
    assertTrue(meters.tryTake(ADDRESS) > 0);
  }

  @Test
  void whatIsTakenInAnyCaseNeverCostsMoreThanAWholeBucket() {
    var meters = meters(2, 1);
    for (int i = 0; i < 100; i++) {
      meters.take(ADDRESS);
    }
    assertEquals(SECOND.toNanos(), meters.toWait(ADDRESS));
    clock.advance(SECOND);
    assertEquals(0, meters.toWait(ADDRESS));
  }

  @ParameterizedTest
  @CsvSource({
    "198.51.100.1, 198.51.100.1, true",
    "198.51.100.1, 198.51.100.2, false",
    "198.51.100.1, ::ffff:198.51.100.1, true",
    "198.51.100.1, 64:ff9b::198.51.100.1, true",
    "64:ff9b::198.51.100.1, 64:ff9b::198.51.100.2, false",
    "2001:db8:1:2::1, 2001:db8:1:2:ffff:ffff:ffff:ffff, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
    "::1, 0.0.0.0, false",
    "::198.51.100.1, 198.51.100.1, false"
  })
  void aNetworkOfSixtyFourBitsCountsAsOneAddress(String one, String other, boolean same) {
    assertEquals(
        same,
        AddressKey.of(InetAddress.ofLiteral(one)) == AddressKey.of(InetAddress.ofLiteral(other)));
  }

  /** The table is allocated once: what is not allocated cannot be held. */
  @Test
  void aMillionAddressesTakeNoMemoryAndLittleTime() {
    var meters = meters(10, 10);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    var began = System.nanoTime();
    for (int i = 0; i < MILLION; i++) {
      assertEquals(0, meters.tryTake(address(i)));
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    var took = Duration.ofNanos(System.nanoTime() - began);
    // The clock takes 24 bytes for each; an entry would take more.
    assertTrue(allocated < MILLION * 32L, allocated + " bytes");
    assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, took.toString());
  }

  /** Most of them even if the table has no free entry. */
  @Test
  void addressesThatOweMuchAreNotForgottenForAFloodOfSingleCalls() {
    var meters = meters(10, 1);
    for (int i = 0; i < 1_000; i++) {
      for (int call = 0; call < 10; call++) {
        assertEquals(0, meters.tryTake(address(i)));
      }
    }
    for (int i = 1_000; i < MILLION; i++) {
      assertEquals(0, meters.tryTake(address(i)));
    }
    for (int i = 0; i < 1_000; i++) {
      assertTrue(meters.tryTake(address(i)) > 0, "address " + i);
    }
  }

  /** With so many addresses an attacker has their budgets anyway; others are not shut out. */
  @Test
  void anAddressThatIsNewIsServedEvenIfAllOthersOweEverything() {
    var meters = meters(2, 1);
    for (int i = 0; i < 3 * AddressMeters.ADDRESSES; i++) {
      meters.take(address(i));
      meters.take(address(i));
    }
    for (int i = 0; i < 1_000; i++) {
      assertEquals(0, meters.tryTake(address(MILLION + i)));
    }
  }

  /** Against a count of each address by itself, where the table has room for all. */
  @Test
  void itCountsAsABucketOfEachAddressWould() {
    var random = new Random(5);
    for (int round = 0; round < 50; round++) {
      int burst = random.nextInt(1, 20);
      int perSecond = random.nextInt(1, 20);
      var meters = meters(burst, perSecond);
      var levels = new double[30];
      Arrays.fill(levels, burst);
      for (int step = 0; step < 500; step++) {
        var pause = Duration.ofMillis(random.nextInt(100));
        clock.advance(pause);
        for (int i = 0; i < levels.length; i++) {
          levels[i] = Math.min(burst, levels[i] + perSecond * pause.toMillis() / 1e3);
        }
        int i = random.nextInt(levels.length);
        // Neither counts in exactly the other's units.
        if (Math.abs(levels[i] - 1) > 1e-5) {
          boolean taken = meters.tryTake(address(i)) == 0;
          assertEquals(levels[i] >= 1, taken, "level " + levels[i]);
          levels[i] -= taken ? 1 : 0;
        }
      }
    }
  }

  private AddressMeters meters(int burst, int perSecond) {
    return new AddressMeters(burst, perSecond, SECOND, clock.clocks().steady());
  }

  /** As those of a large network of IPv6, which differ in few bits. */
  private static long address(int i) {
    return 0x2001_0DB8_0000_0000L + i;
  }
}
