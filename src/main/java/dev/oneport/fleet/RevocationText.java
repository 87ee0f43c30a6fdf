package dev.oneport.fleet;

import dev.oneport.config.Spelling;
import dev.oneport.json.Json;
import dev.oneport.json.StrictJson;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Revocations as text: one JSON object a line, such as {@code {"caller":"alice@example.com",
 * "before":"2026-11-29T18:00:00Z"}}. Blank lines are skipped.
 *
 * @param lines the lines that are valid, in their order
 * @param problems what is wrong with the others, each with its line number; the first few
 * @param bad how many lines are wrong
 */
public record RevocationText(List<Line> lines, List<String> problems, int bad) {
  /** The most revocations that count. */
  public static final int MOST = 20_000;

  private static final int MOST_PROBLEMS = 10;
  private static final String BEFORE = "before";

  /** A valid line. */
  public record Line(String text, Revocation revocation) {}

  public RevocationText {
    lines = List.copyOf(lines);
    problems = List.copyOf(problems);
  }

  /** Parses lines. */
  public static RevocationText parse(String text) {
    var lines = new ArrayList<Line>();
    var problems = new ArrayList<String>();
    int number = 0;
    int bad = 0;
    for (var line : (Iterable<String>) text.lines()::iterator) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        lines.add(new Line(line, revocation(line)));
      } catch (StrictJson.MalformedJson | IllegalArgumentException e) {
        bad++;
        if (problems.size() < MOST_PROBLEMS) {
          problems.add("line " + number + " " + e.getMessage());
        }
      }
    }
    if (lines.size() > MOST) {
      bad++;
      problems.add("has more than " + MOST + " revocations");
    }
    if (bad > problems.size()) {
      problems.add("and " + (bad - problems.size()) + " more lines are wrong");
    }
    return new RevocationText(lines, problems, bad);
  }

  /** Those of the valid lines, in their order. */
  public List<Revocation> revocations() {
    return lines.stream().map(Line::revocation).toList();
  }

  /** The line of a revocation, without its end. */
  public static String line(Revocation revocation) {
    var object = Json.PROVIDER.createObjectBuilder();
    revocation.selector().traits().forEach((trait, value) -> object.add(trait.key(), value));
    return object.add(BEFORE, revocation.before().toString()).build().toString();
  }

  private static Revocation revocation(String line) {
    var object = StrictJson.object(line);
    var traits = new EnumMap<Trait, String>(Trait.class);
    for (var key : object.keySet()) {
      if (!key.equals(BEFORE)) {
        var trait = Trait.named(key).orElseThrow(() -> unknown(key));
        traits.put(trait, text(object, key));
      }
    }
    return new Revocation(new Selector(traits), before(object));
  }

  private static Instant before(JsonObject object) {
    try {
      return Instant.parse(text(object, BEFORE));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "has a time in before that is not like 2026-11-29T18:00:00Z", e);
    }
  }

  private static String text(JsonObject object, String key) {
    if (object.get(key) instanceof JsonString text) {
      return text.getString();
    }
    throw new IllegalArgumentException(
        object.containsKey(key) ? "has a " + key + " that is not a text" : "has no " + key);
  }

  private static IllegalArgumentException unknown(String key) {
    return new IllegalArgumentException(
        "has the unknown key '" + key + "'" + Spelling.hint(key, Trait.keys()));
  }

  /** The newest revocation of each selector. */
  public static Map<Selector, Instant> newest(
      Map<Selector, Instant> known, List<Revocation> added) {
    var newest = new HashMap<>(known);
    added.forEach(it -> newest.merge(it.selector(), it.before(), (a, b) -> a.isAfter(b) ? a : b));
    return newest;
  }
}
