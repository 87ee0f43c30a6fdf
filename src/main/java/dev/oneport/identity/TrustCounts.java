package dev.oneport.identity;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often tokens were known already, and how often keys were fetched. */
public final class TrustCounts {
  private final LongAdder known = new LongAdder();
  private final LongAdder checked = new LongAdder();
  private final Map<String, LongAdder> fetched = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();

  TrustCounts() {}

  /** Tokens that had been verified before. */
  public long known() {
    return known.sum();
  }

  /** Tokens that had to be verified, whatever came of it. */
  public long checked() {
    return checked.sum();
  }

  /** Fetches of keys that brought some, by issuer. */
  public Map<String, LongAdder> fetched() {
    return fetched;
  }

  /** Fetches of keys that failed, by issuer. */
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
