package dev.oneport.transport.limit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A token bucket for each address, in a table of fixed size. A bucket is one number: the moment at
 * which it is full again (the generic cell rate algorithm). A full bucket needs no entry, so
 * addresses leave the table without being removed.
 *
 * <p>When a part of the table is full of addresses that still owe something, the one that owes
 * least makes room. To be forgotten early an address needs others that have spent more than it has,
 * in a part of the table that it cannot know, so forgetting is always dearer than waiting. A new
 * address begins with a full bucket even then: a table that made newcomers pay would let anyone
 * with many addresses shut all others out. A cache with a common policy would do one or the other
 * wrong: one that evicts the oldest forgives for a flood of single calls, and one that keeps the
 * busiest never counts newcomers.
 */
final class AddressMeters {
  /** How many addresses are remembered at once; 16 bytes for each. */
  static final int ADDRESSES = 1 << 17;

  /** Parts with a lock of their own. */
  private static final int SHARDS = 64;

  private static final int SHARD_SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(SHARDS);

  /** The entries that an address can be in. */
  private static final int WAYS = 8;

  private static final int SETS = ADDRESSES / SHARDS / WAYS;

  private final InstantSource steady;
  private final Instant origin;
  private final long interval;
  private final long capacity;
  private final long secret = ThreadLocalRandom.current().nextLong();
  private final Shard[] shards = new Shard[SHARDS];

  /**
   * @param burst the size of a bucket
   * @param perPeriod how much of it comes back in each period
   * @param steady runs evenly
   */
  AddressMeters(int burst, int perPeriod, Duration period, InstantSource steady) {
    this.steady = steady;
    this.origin = steady.instant();
    this.interval = Math.max(1, period.toNanos() / perPeriod);
    this.capacity = Math.multiplyExact(interval, burst);
    for (int i = 0; i < SHARDS; i++) {
      shards[i] = new Shard();
    }
  }

  /** Takes one from an address's bucket; how many nanoseconds to wait if it is empty, else 0. */
  long tryTake(long address) {
    return shard(address).take(address, now(), false);
  }

  /** Takes one even if the bucket is empty. */
  void take(long address) {
    shard(address).take(address, now(), true);
  }

  /** How many nanoseconds to wait until something is in the bucket; 0 if something is. */
  long toWait(long address) {
    return shard(address).toWait(address, now());
  }

  private long now() {
    return Duration.between(origin, steady.instant()).toNanos();
  }

  private Shard shard(long address) {
    return shards[(int) (hash(address) >>> SHARD_SHIFT)];
  }

  private int set(long address) {
    return (int) (hash(address) & (SETS - 1)) * WAYS;
  }

  /** Hashes with a secret, so that clients cannot choose addresses that share a set. */
  private long hash(long address) {
    long mixed = (address ^ secret) * 0x9E37_79B9_7F4A_7C15L;
    mixed = ((mixed ^ (mixed >>> 32)) * 0xD6E8_FEB8_6659_FD93L) + secret;
    mixed = (mixed ^ (mixed >>> 29)) * 0xBF58_476D_1CE4_E5B9L;
    return mixed ^ (mixed >>> 32);
  }

  /** One part of the table. */
  private final class Shard {
    private final long[] addresses = new long[SETS * WAYS];

    /** When each bucket is full again; an entry whose time has passed is free. */
    private final long[] fullAt = new long[SETS * WAYS];

    synchronized long take(long address, long now, boolean always) {
      int set = set(address);
      int entry = entry(address, set, now);
      boolean known = entry >= 0;
      int place = known ? entry : leastOwed(set);
      long begin = known ? fullAt[place] : now;
      long wait = begin + interval - now - capacity;
      if (wait > 0 && !always) {
        return wait;
      }
      addresses[place] = address;
      fullAt[place] = Math.min(begin + interval, now + capacity);
      return 0;
    }

    synchronized long toWait(long address, long now) {
      int entry = entry(address, set(address), now);
      return entry < 0 ? 0 : Math.max(0, fullAt[entry] + interval - now - capacity);
    }

    private int entry(long address, int set, long now) {
      for (int i = set; i < set + WAYS; i++) {
        if (addresses[i] == address && fullAt[i] > now) {
          return i;
        }
      }
      return -1;
    }

    private int leastOwed(int set) {
      int least = set;
      for (int i = set + 1; i < set + WAYS; i++) {
        if (fullAt[i] < fullAt[least]) {
          least = i;
        }
      }
      return least;
    }
  }
}
