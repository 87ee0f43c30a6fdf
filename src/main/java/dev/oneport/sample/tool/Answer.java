package dev.oneport.sample.tool;

/**
 * A message of a stream.
 *
 * @param number its position in the stream, which continues over reconnections
 * @param text the content
 */
public record Answer(long number, String text) {
  /** For servers that answer in order and do not repeat the number. */
  static final long UNNUMBERED = -1;
}
