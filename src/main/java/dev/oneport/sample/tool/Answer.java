package dev.oneport.sample.tool;

/**
 * A message of a stream.
 *
 * @param number its place in the stream, which holds over reconnections
 * @param text what it says
 */
public record Answer(long number, String text) {
  /** For servers that answer in order and do not repeat the number. */
  static final long UNNUMBERED = -1;
}
