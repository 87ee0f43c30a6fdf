package dev.oneport.identity;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts cache hits and misses of tokens, and fetches of keys. */
public final class TrustCounts {
  private final LongAdder known = new LongAdder();
  private final LongAdder checked = new LongAdder();
  private final Map<String, LongAdder> fetched = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();

  TrustCounts() {}

  /** Tokens found in the cache. */
  public long known() {
    return known.sum();
  }

  /** Tokens that were verified, successfully or not. */
  public long checked() {
    return checked.sum();
  }

  /** Successful fetches of keys, by issuer. */
  public Map<String, LongAdder> fetched() {
    return fetched;
  }

  /** Failed fetches of keys, by issuer. */
  public Map<String, LongAdder> failed() {
    return failed;
  }

  void countKnown() {
    known.increment();
  }

  void countChecked() {
    checked.increment();
  }

  void countFetch(String issuer, boolean good) {
    (good ? fetched : failed).computeIfAbsent(issuer, _ -> new LongAdder()).increment();
  }
}
