package dev.oneport.transport;

import java.util.List;
import java.util.stream.Stream;

/** A field of a head or of trailers, as HTTP/1.1 writes it. */
public record HeaderLine(String name, String value) {
  public boolean named(String other) {
    return name.equalsIgnoreCase(other);
  }

  /** The values of a field, in order. */
  public static Stream<String> values(List<HeaderLine> lines, String name) {
    return lines.stream().filter(line -> line.named(name)).map(HeaderLine::value);
  }
}
