package dev.oneport.transport;

import java.util.ArrayList;
import java.util.List;

/** A field of a head or of trailers, as HTTP/1.1 writes it. */
public record HeaderLine(String name, String value) {
  public boolean named(String other) {
    return name.equalsIgnoreCase(other);
  }

  /** The values of a field, in order. */
  public static List<String> values(List<HeaderLine> lines, String name) {
    List<String> values = List.of();
    for (var line : lines) {
      if (line.named(name)) {
        values = values.isEmpty() ? new ArrayList<>(1) : values;
        values.add(line.value());
      }
    }
    return values;
  }
}
