package dev.oneport.gateway;

import dev.oneport.config.Section;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The configured upstreams and forwards:
 *
 * <pre>
 * upstreams:
 *   NAME: { url: http://127.0.0.1:8081 }
 * forward:
 *   - { route: HTTP * /orders/**, to: NAME }
 * </pre>
 *
 * @param schemas how the schema of each upstream is found, by its name
 */
public record Forwards(
    Map<String, Upstream> upstreams, Map<String, SchemaSource> schemas, List<Forward> forwards) {
  public static final Forwards NONE = new Forwards(Map.of(), Map.of(), List.of());

  public Forwards {
    upstreams = Map.copyOf(upstreams);
    schemas = Map.copyOf(schemas);
    forwards = List.copyOf(forwards);
  }

  /** Reads {@code upstreams} and {@code forward} of the root section, which stays open. */
  public static Forwards read(Section root) {
    var upstreams = new LinkedHashMap<String, Upstream>();
    var schemas = new LinkedHashMap<String, SchemaSource>();
    root.named("upstreams")
        .forEach((name, section) -> upstreams.put(name, Upstream.read(name, section, schemas)));
    var forwards = new ArrayList<Forward>();
    var used = new HashSet<String>();
    for (var section : root.sections("forward")) {
      section.text("to").ifPresent(used::add);
      var read = Forward.read(section, upstreams);
      read.ifPresent(
          forward -> {
            if (forwards.stream().anyMatch(it -> it.pattern().equals(forward.pattern()))) {
              section.problem("route", forward.pattern() + " is forwarded already");
            }
            forwards.add(forward);
          });
    }
    upstreams.keySet().stream()
        .filter(name -> !used.contains(name))
        .forEach(name -> root.problem("upstreams." + name, "nothing is forwarded to it"));
    return new Forwards(upstreams, schemas, forwards);
  }

  /**
   * The names of all headers that name callers to upstreams; they are removed from clients'
   * requests.
   */
  public Set<String> identityHeaders() {
    var names = new TreeSet<String>();
    upstreams.values().forEach(upstream -> upstream.identity().names().forEach(names::add));
    return names;
  }
}
