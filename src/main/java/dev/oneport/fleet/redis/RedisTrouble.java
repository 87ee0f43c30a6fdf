package dev.oneport.fleet.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Logs trouble with Redis, once a minute at most, and never a credential. */
final class RedisTrouble {
  private static final System.Logger LOG = System.getLogger("dev.oneport.redis");
  private static final long QUIET = Duration.ofMinutes(1).toNanos();
  private static final int LONGEST = 300;

  /**
   * The libraries log each failure as well, and commands with their arguments at finer levels. Held
   * in a field, because garbage collection of a logger would reset its level.
   */
  private final List<Logger> others =
      Stream.of("io.lettuce", "io.netty", "reactor").map(Logger::getLogger).toList();

  private final String place;
  private volatile String lastText = "does not answer";
  private final AtomicLong last = new AtomicLong(System.nanoTime() - QUIET);

  /**
   * No trouble yet.
   *
   * @param place where Redis is
   */
  RedisTrouble(String place) {
    this.place = place;
    others.forEach(logger -> logger.setLevel(Level.OFF));
  }

  /** Where Redis is, without user and password. */
  String place() {
    return place;
  }

  /** What was wrong last, with the place. */
  String last() {
    return place + ": " + lastText;
  }

  /** Logs what is wrong, unless the last trouble was less than a minute ago. */
  void report(String what) {
    lastText = what;
    long now = System.nanoTime();
    long before = last.get();
    if (now - before >= QUIET && last.compareAndSet(before, now)) {
      LOG.log(System.Logger.Level.WARNING, "{0}: {1}", place, what);
    }
  }

  /** Logs that Redis answers. */
  void answers() {
    LOG.log(System.Logger.Level.DEBUG, "{0} answers", place);
  }

  /** What to tell the operator of an exception: its innermost cause. */
  static String text(Throwable thrown) {
    var cause = thrown;
    for (int i = 0; i < 10 && cause.getCause() != null; i++) {
      cause = cause.getCause();
    }
    var message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    var text = cause.getClass().getSimpleName() + ": " + message;
    return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
  }
}
