package dev.oneport.gateway;

import dev.oneport.api.Protocol;
import dev.oneport.policy.RoutePattern;
import dev.oneport.policy.Segments;
import java.util.List;

/**
 * The order of patterns: a pattern comes before those that contain it. From left to right, a name
 * comes before {@code *}, and {@code *} before {@code **}; the path or service is compared before
 * the method.
 *
 * @param parts the parts of a pattern, in the order of comparison
 */
record Specificity(List<Segments> parts) implements Comparable<Specificity> {
  private static final int NAME = 0;
  private static final int ONE = 1;
  private static final int ANY = 2;

  static Specificity of(RoutePattern pattern) {
    var parts = pattern.parts();
    return new Specificity(pattern.protocol() == Protocol.HTTP ? parts.reversed() : parts);
  }

  @Override
  public int compareTo(Specificity other) {
    for (int i = 0; i < parts.size(); i++) {
      int order = compare(parts.get(i), other.parts.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int compare(Segments one, Segments other) {
    int most = Math.max(one.names().size(), other.names().size()) + 1;
    for (int i = 0; i < most; i++) {
      int order = Integer.compare(rank(one, i), rank(other, i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int rank(Segments segments, int at) {
    if (at >= segments.names().size()) {
      return segments.rest() ? ANY : NAME;
    }
    return segments.names().get(at).equals("*") ? ONE : NAME;
  }
}
