package dev.oneport.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Durations, sizes and numbers as operators write them: {@code 500ms}, {@code 30s}, {@code 24h};
 * {@code 64KiB}, {@code 4MiB}; {@code 0.1}.
 */
public final class Units {
  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12})\\s*([a-zA-Z]*)");

  private static final Pattern DECIMAL = Pattern.compile("-?(\\d{1,9}(\\.\\d{1,9})?|\\.\\d{1,9})");

  private Units() {}

  static Optional<Double> decimal(String text) {
    return DECIMAL.matcher(text).matches()
        ? Optional.of(Double.parseDouble(text))
        : Optional.empty();
  }

  /** The duration; empty if the text is not a duration. */
  public static Optional<Duration> duration(String text) {
    var matcher = AMOUNT.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Optional.of(Duration.ofMillis(amount));
      case "s" -> Optional.of(Duration.ofSeconds(amount));
      case "m" -> Optional.of(Duration.ofMinutes(amount));
      case "h" -> Optional.of(Duration.ofHours(amount));
      case "d" -> Optional.of(Duration.ofDays(amount));
      default -> amount == 0 ? Optional.of(Duration.ZERO) : Optional.empty();
    };
  }

  static Optional<Long> bytes(String text) {
    var matcher = AMOUNT.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
      case "", "b" -> Optional.of(amount);
      case "kib", "k" -> Optional.of(scaled(amount, 10));
      case "mib", "m" -> Optional.of(scaled(amount, 20));
      case "gib", "g" -> Optional.of(scaled(amount, 30));
      default -> Optional.empty();
    };
  }

  /** Converts a number that is too large for a long to one above every bound. */
  private static long scaled(long amount, int bits) {
    return amount <= Long.MAX_VALUE >> bits ? amount << bits : Long.MAX_VALUE;
  }
}
