package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.AuditLines;
import dev.oneport.testing.RunningServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Compares the audit lines of requests that were sent in several shapes. A line is written after
 * its answer, so each request is judged some requests later, and the last ones when the server has
 * stopped.
 */
final class ComparedLines {
  private static final int LATER = 64;
  private static final Pattern AGENT = Pattern.compile("\"userAgent\":\"(\\w+) (\\d+)\"");
  private static final Pattern CHANGING =
      Pattern.compile(
          "\"(time|userAgent|protocol|latency|remoteIp|latencySeconds)\":(\"[^\"]*\"|[0-9.E-]+),?");

  /**
   * What a line about a forwarded call does not say, or says otherwise, if the upstream judged it.
   */
  static final String JUDGED =
      "\"(message|reason|code|messagesIn|messagesOut|bytesIn|bytesOut)\":(\"[^\"]*\"|\\d+),?";

  private final AtomicInteger last = new AtomicInteger();
  private final Map<Integer, Sent> waiting = new LinkedHashMap<>();
  private final Map<Integer, Map<String, List<String>>> lines = new HashMap<>();
  private final AuditLines audit;

  ComparedLines(AuditLines audit) {
    this.audit = audit;
  }

  /**
   * A request and what its client saw.
   *
   * @param answers for each shape; where they are the same the lines must be
   * @param same the part of a line that is compared
   */
  private record Sent(String row, Map<String, String> answers, UnaryOperator<String> same) {}

  /** A number for the next request, whose {@code User-Agent} is its shape and this number. */
  int next() {
    return last.incrementAndGet();
  }

  /** A request has been answered in each shape. */
  synchronized void answered(
      int number, Object row, Map<String, String> answers, UnaryOperator<String> same) {
    waiting.put(number, new Sent(row.toString(), answers, same));
    if (waiting.size() > 2 * LATER) {
      settle(LATER);
    }
  }

  /** Judges the rest; the server has stopped. */
  synchronized void settle() {
    settle(0);
  }

  private void settle(int left) {
    for (var line : audit.take()) {
      var agent = AGENT.matcher(line);
      // A forwarded method may be a stream, whose start has a line as well.
      if (agent.find() && !(RunningServer.forwards() && line.contains("\"event\":\"started\""))) {
        lines
            .computeIfAbsent(Integer.valueOf(agent.group(2)), _ -> new TreeMap<>())
            .computeIfAbsent(agent.group(1), _ -> new ArrayList<>())
            .add(CHANGING.matcher(line).replaceAll(""));
      }
    }
    var oldest = List.copyOf(waiting.keySet()).subList(0, waiting.size() - left);
    for (var number : oldest) {
      var found = lines.remove(number);
      var sent = waiting.remove(number);
      if (sent != null) {
        compare(sent, found == null ? Map.of() : found);
      }
    }
  }

  private static void compare(Sent sent, Map<String, List<String>> found) {
    var said = new TreeMap<String, Set<List<String>>>();
    var counts = new HashSet<Integer>();
    sent.answers.forEach(
        (shape, answer) -> {
          var own = found.getOrDefault(shape, List.of()).stream().map(sent.same).sorted().toList();
          counts.add(own.size());
          said.computeIfAbsent(answer, _ -> new HashSet<>()).add(own);
        });
    var text = sent.row + "\n" + String.join("\n", found.toString().split("\\], ", -1));
    said.values().forEach(all -> assertEquals(1, all.size(), text));
    assertEquals(1, counts.size(), text);
  }
}
