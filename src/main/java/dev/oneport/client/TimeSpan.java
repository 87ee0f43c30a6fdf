package dev.oneport.client;

import java.time.Duration;

/** Formats a duration roughly, in words. */
final class TimeSpan {
  private TimeSpan() {}

  /** In the largest unit with a value of at least two. */
  static String words(Duration time) {
    if (time.toDays() > 1) {
      return time.toDays() + " days";
    }
    if (time.toHours() > 1) {
      return time.toHours() + " hours";
    }
    return time.toMinutes() > 1 ? time.toMinutes() + " minutes" : time.toSeconds() + " s";
  }
}
