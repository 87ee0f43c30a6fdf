package dev.oneport.gate;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The tallies of values that clients may come with in any number, in a table of fixed size. Where a
 * part of the table is full, the tally that owes least makes room: to be forgotten early, a value
 * needs others that have spent more than it has, so forgetting is always dearer than waiting. One
 * that owes nothing is forgotten first, and then nothing is lost.
 */
final class TallyTable {
  /** The entries that a value can be in. */
  static final int WAYS = 8;

  private static final int SETS = 1 << 14;

  private record Entry(MeterKey key, Tally tally) {}

  private final int sets;
  private final int secret = ThreadLocalRandom.current().nextInt();
  private final Object[] locks = new Object[64];
  private volatile @Nullable AtomicReferenceArray<Entry> entries;

  TallyTable() {
    this(SETS);
  }

  /** A table for some thousand values, or for fewer. */
  TallyTable(int sets) {
    this.sets = sets;
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new Object();
    }
  }

  /** The tally of a value, which is made if it is not known. */
  Tally get(MeterKey key, Function<MeterKey, Tally> made) {
    var table = table();
    int hash = mixed(key.hashCode());
    int set = Math.floorMod(hash, sets) * WAYS;
    var known = find(table, set, key);
    if (known != null) {
      return known;
    }
    synchronized (locks[Math.floorMod(set / WAYS, locks.length)]) {
      known = find(table, set, key);
      if (known != null) {
        return known;
      }
      var tally = made.apply(key);
      table.set(place(table, set), new Entry(key, tally));
      return tally;
    }
  }

  private static @Nullable Tally find(AtomicReferenceArray<Entry> table, int set, MeterKey key) {
    for (int i = set; i < set + WAYS; i++) {
      var entry = table.get(i);
      if (entry != null && entry.key().equals(key)) {
        return entry.tally();
      }
    }
    return null;
  }

  private static int place(AtomicReferenceArray<Entry> table, int set) {
    int least = set;
    long owed = Long.MAX_VALUE;
    for (int i = set; i < set + WAYS; i++) {
      var entry = table.get(i);
      if (entry == null) {
        return i;
      }
      long owes = entry.tally().owes();
      if (owes < owed) {
        owed = owes;
        least = i;
      }
    }
    return least;
  }

  private int mixed(int hash) {
    int mixed = (hash ^ secret) * 0x9E37_79B9;
    mixed = (mixed ^ (mixed >>> 15)) * 0x85EB_CA6B + secret;
    return mixed ^ (mixed >>> 13);
  }

  /** The table itself is made for the first value: most servers count by none of these. */
  private AtomicReferenceArray<Entry> table() {
    var known = entries;
    return known == null ? made() : known;
  }

  private synchronized AtomicReferenceArray<Entry> made() {
    var known = entries;
    if (known == null) {
      known = new AtomicReferenceArray<>(sets * WAYS);
      entries = known;
    }
    return known;
  }
}
