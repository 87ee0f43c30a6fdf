package dev.oneport.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestCollector;
import dev.oneport.testing.TestCollector.Manner;
import dev.oneport.trace.Trace;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The trace headers of clients: what is not right by its specification counts for nothing. */
@Timeout(60)
final class HostileTraceTest {
  private static final String ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String GOOD = "00-" + ID + "-" + SPAN + "-01";

  /**
   * Trace headers.
   *
   * @param read what is read of them; empty if nothing
   */
  record Row(
      String name, String read, List<String> parent, List<String> cloud, List<String> state) {
    Row {
      parent = List.copyOf(parent);
      cloud = List.copyOf(cloud);
      state = List.copyOf(state);
    }

    List<String> values(String header) {
      return switch (header) {
        case "traceparent" -> parent;
        case "x-cloud-trace-context" -> cloud;
        case "tracestate" -> state;
        default -> throw new IllegalArgumentException(header);
      };
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> headers() {
    var rows = new ArrayList<Row>();
    var whole = ID + " " + SPAN + " true";
    rows.add(parent("as specified", whole, GOOD));
    rows.add(parent("not sampled", ID + " " + SPAN + " false", GOOD.replace("-01", "-00")));
    rows.add(parent("other flags as well", whole, GOOD.replace("-01", "-ff")));
    rows.add(parent("a later version", whole, "01" + GOOD.substring(2)));
    rows.add(parent("a later version with more", whole, "cc" + GOOD.substring(2) + "-more"));
    rows.add(parent("this version with more", "", GOOD + "-more"));
    rows.add(
        parent(
            "a later version with more of something else", "", "01" + GOOD.substring(2) + ".more"));
    rows.add(parent("an invalid version", "", "ff" + GOOD.substring(2)));
    rows.add(parent("capitals", "", GOOD.toUpperCase(Locale.ROOT)));
    rows.add(parent("no trace", "", "00-" + "0".repeat(32) + "-" + SPAN + "-01"));
    rows.add(parent("no span", "", "00-" + ID + "-" + "0".repeat(16) + "-01"));
    rows.add(parent("a short trace", "", "00-" + ID.substring(1) + "-" + SPAN + "-01"));
    rows.add(parent("a long trace", "", "00-0" + ID + "-" + SPAN + "-01"));
    rows.add(parent("no flags", "", "00-" + ID + "-" + SPAN));
    rows.add(parent("short flags", "", "00-" + ID + "-" + SPAN + "-1"));
    rows.add(parent("not hexadecimal", "", "00-" + ID.replace('a', 'g') + "-" + SPAN + "-01"));
    rows.add(parent("spaces inside", "", GOOD.replace('-', ' ')));
    rows.add(parent("empty", "", ""));
    rows.add(parent("very long", "", "0".repeat(8_000)));
    rows.add(parent("a script", "", "00-<script>alert(1)</script>"));
    rows.add(parent("twice the same", "", GOOD, GOOD));
    rows.add(parent("two", "", GOOD, GOOD.replace('a', 'b')));
    rows.add(cloud("Google's", ID + " 0000000000000102 true", ID + "/258;o=1"));
    rows.add(cloud("Google's, not sampled", ID + " 0000000000000102 false", ID + "/258;o=0"));
    rows.add(cloud("Google's without a span", ID + "  true", ID + ";o=1"));
    rows.add(cloud("Google's without options", ID + " 0000000000000102 false", ID + "/258"));
    rows.add(
        cloud(
            "Google's in capitals",
            ID + " 0000000000000102 true",
            ID.toUpperCase(Locale.ROOT) + "/258;o=1"));
    rows.add(
        cloud("Google's with too large a span", ID + "  true", ID + "/99999999999999999999;o=1"));
    rows.add(cloud("Google's with the span 0", ID + "  true", ID + "/0;o=1"));
    rows.add(cloud("Google's without a trace", "", "0".repeat(32) + "/1;o=1"));
    rows.add(cloud("Google's with options that are none", "", ID + "/258;o=2"));
    rows.add(cloud("Google's twice", "", ID + "/258;o=1", ID + "/258;o=1"));
    rows.add(new Row("both", whole, List.of(GOOD), List.of("1".repeat(32) + "/1;o=0"), List.of()));
    rows.add(
        new Row(
            "Google's where the other is invalid",
            ID + " 0000000000000102 true",
            List.of("00-x"),
            List.of(ID + "/258;o=1"),
            List.of()));
    rows.add(state("a state", whole + " a=1", "a=1"));
    rows.add(state("several states", whole + " a=1,b=2", "a=1", "b=2"));
    rows.add(state("a state that is too long", whole, "a=" + "1".repeat(511)));
    rows.add(state("an empty state", whole, ""));
    rows.add(new Row("a state alone", "", List.of(), List.of(), List.of("a=1")));
    rows.add(
        new Row(
            "a state of no parent",
            ID + " 0000000000000102 true",
            List.of(),
            List.of(ID + "/258;o=1"),
            List.of("a=1")));
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("headers")
  void aTraceIsReadAsSpecifiedOrNotAtAll(Row row) {
    assertEquals(row.read(), Trace.of(row::values).map(HostileTraceTest::shown).orElse(""));
  }

  private static String shown(Trace trace) {
    var state = trace.state().isEmpty() ? "" : " " + trace.state();
    return trace.id() + " " + trace.span() + " " + trace.sampled() + state;
  }

  @Property(tries = 2_000)
  void whateverIsReadIsATrace(
      @ForAll @StringLength(max = 80) String parent, @ForAll @StringLength(max = 80) String cloud) {
    Trace.of(name -> name.startsWith("x-") ? List.of(cloud) : List.of(parent))
        .ifPresent(trace -> assertEquals(16, HexFormat.of().parseHex(trace.id()).length));
  }

  /** All of the rows that HTTP can carry, by one connection each, to one server. */
  @Test
  void aSpanContinuesWhatWasReadAndBeginsATraceElsewhere() throws Exception {
    var rows = headers().toList();
    var paths = new TreeMap<String, Row>();
    rows.forEach(row -> paths.put("/r" + paths.size(), row));
    try (var collector = new TestCollector(Manner.ACCEPTS)) {
      try (var server =
          RunningServer.start(
              collector.yaml()
                  + "policy: { rules: [ { allow: [ anyone ], route: HTTP GET /* } ] }\n",
              port ->
                  paths
                      .keySet()
                      .forEach(path -> port.http().get(path, (_, answer) -> answer.send())))) {
        for (var each : paths.entrySet()) {
          assertEquals(
              200, RawHttp.send(server.port(), request(each.getKey(), each.getValue())).status());
        }
      }
      var spans = collector.spans();
      for (var each : paths.entrySet()) {
        check(each.getKey(), each.getValue(), spans);
      }
    }
  }

  private static void check(
      String path, Row row, List<io.opentelemetry.proto.trace.v1.Span> spans) {
    var found = spans.stream().filter(span -> span.getName().equals("GET " + path)).findFirst();
    var read = Trace.of(row::values);
    if (read.isPresent() && !read.get().sampled()) {
      assertEquals(Optional.empty(), found, row.name());
      return;
    }
    var span = found.orElseThrow(() -> new AssertionError(row.name()));
    var trace = TestCollector.hex(span.getTraceId());
    if (read.isPresent()) {
      assertEquals(read.get().id(), trace, row.name());
      if (!read.get().span().isEmpty()) {
        assertEquals(read.get().span(), TestCollector.hex(span.getParentSpanId()), row.name());
      }
      assertEquals(read.get().state(), span.getTraceState(), row.name());
    } else {
      assertNotEquals(ID, trace, row.name());
      assertEquals(0, span.getParentSpanId().size(), row.name());
    }
  }

  private static String request(String path, Row row) {
    var text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
    Map.of(
            "traceparent",
            row.parent(),
            "X-Cloud-Trace-Context",
            row.cloud(),
            "tracestate",
            row.state())
        .forEach(
            (name, values) ->
                values.forEach(
                    value -> text.append(name).append(": ").append(value).append("\r\n")));
    return text.append("\r\n").toString();
  }

  private static Row parent(String name, String read, String... values) {
    return new Row(name, read, List.of(values), List.of(), List.of());
  }

  private static Row cloud(String name, String read, String... values) {
    return new Row(name, read, List.of(), List.of(values), List.of());
  }

  private static Row state(String name, String read, String... values) {
    return new Row(name, read, List.of(GOOD), List.of(), List.of(values));
  }
}
