package dev.oneport.cli;

import dev.oneport.json.Json;
import jakarta.json.spi.JsonProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table, printed in columns or as a JSON array of objects. */
final class Table {
  private static final JsonProvider JSON = Json.PROVIDER;

  private final List<String> columns;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... columns) {
    this.columns = List.of(columns);
  }

  Table row(Object... cells) {
    rows.add(List.of(cells).stream().map(String::valueOf).toList());
    return this;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  String text(boolean json) {
    return json ? json() : text();
  }

  private String text() {
    var widths = columns.stream().mapToInt(String::length).toArray();
    for (var row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text =
        new StringBuilder(
            line(columns.stream().map(it -> it.toUpperCase(Locale.ROOT)).toList(), widths));
    rows.forEach(row -> text.append(line(row, widths)));
    return text.toString();
  }

  private static String line(List<String> cells, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
    }
    return line.toString().stripTrailing() + "\n";
  }

  private String json() {
    var array = JSON.createArrayBuilder();
    for (var row : rows) {
      var object = JSON.createObjectBuilder();
      for (int i = 0; i < row.size(); i++) {
        object.add(columns.get(i), row.get(i));
      }
      array.add(object);
    }
    return array.build() + "\n";
  }
}
