package dev.oneport.gateway;

import dev.oneport.config.Section;
import dev.oneport.gateway.assertion.AssertionSettings;
import dev.oneport.gateway.assertion.AssertionSigning;
import dev.oneport.gateway.idtoken.IdTokenSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

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
    Map<String, Upstream> upstreams,
    Map<String, SchemaSource> schemas,
    List<Forward> forwards,
    AssertionSigning signing) {
  public static final Forwards NONE =
      new Forwards(Map.of(), Map.of(), List.of(), AssertionSigning.DEFAULT);

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
    var asserted = upstreams.values().stream().anyMatch(it -> it.assertion().isPresent());
    var signing = AssertionSigning.read(root.section("assertion-signing"), asserted);
    return new Forwards(upstreams, schemas, forwards, signing);
  }

  /**
   * The names of all headers that name callers to upstreams; they are removed from clients'
   * requests.
   */
  public Set<String> identityHeaders() {
    var names = new TreeSet<String>();
    for (var upstream : upstreams.values()) {
      upstream.identity().names().forEach(names::add);
      upstream.assertion().map(AssertionSettings::header).ifPresent(names::add);
    }
    return names;
  }

  /** The ID tokens that upstreams get. */
  public List<IdTokenSettings> idTokens() {
    return upstreams.values().stream().flatMap(it -> it.idToken().stream()).toList();
  }

  /** How assertions are signed; empty if no upstream gets them. */
  public Optional<AssertionSigning> assertions() {
    return Optional.of(signing)
        .filter(_ -> upstreams.values().stream().anyMatch(it -> it.assertion().isPresent()));
  }

  /**
   * Reports assertions that cannot work.
   *
   * @param published whether a rule names the route of the keys
   * @param listed whether an issuer lists a claim
   */
  public void checkAssertions(Section root, boolean published, Predicate<String> listed) {
    new TreeMap<>(upstreams)
        .forEach(
            (name, upstream) -> {
              var key = "upstreams." + name + ".assertion";
              if (upstream.assertion().isPresent() && !published && signing.keys().isEmpty()) {
                root.problem(
                    key,
                    "needs a rule for HTTP GET /.well-known/oneport/jwks.json, where services find the"
                        + " keys, such as { allow: [ anyone ], route: HTTP GET"
                        + " /.well-known/oneport/jwks.json }");
              }
              upstream.assertion().stream()
                  .flatMap(it -> it.claims().stream())
                  .filter(claim -> !listed.test(claim))
                  .forEach(
                      claim ->
                          root.problem(
                              key + ".claims", "no issuer lists '" + claim + "' in its claims"));
            });
  }
}
