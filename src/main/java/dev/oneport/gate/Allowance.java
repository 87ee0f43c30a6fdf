package dev.oneport.gate;

import io.github.bucket4j.Bucket;

/** What may be spent and comes back over time. */
interface Allowance {
  /** No limit. */
  Allowance UNLIMITED =
      new Allowance() {
        @Override
        public long tryTake() {
          return 0;
        }

        @Override
        public long take(long amount) {
          return 0;
        }

        @Override
        public long owes() {
          return 0;
        }
      };

  /** Takes one; how many nanoseconds to wait if nothing is left, else 0. */
  long tryTake();

  /** Takes that much even if less is left; how many nanoseconds to wait until it has come back. */
  long take(long amount);

  /** In how many nanoseconds all that was spent has come back. */
  long owes();

  /** An allowance of this server alone. */
  static Allowance here(int perSecond, int burst) {
    return perSecond == 0
        ? UNLIMITED
        : new OfOneServer(Budget.of(burst, perSecond), burst, perSecond);
  }

  /** Counts on this server. */
  record OfOneServer(Bucket bucket, int burst, int perSecond) implements Allowance {
    private static final long SECOND = 1_000_000_000;

    @Override
    public long tryTake() {
      return bucket.tryConsume(1)
          ? 0
          : Math.max(1, bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
    }

    @Override
    public long take(long amount) {
      return bucket.consumeIgnoringRateLimits(amount);
    }

    @Override
    public long owes() {
      return (burst - bucket.getAvailableTokens()) * SECOND / perSecond;
    }
  }
}
