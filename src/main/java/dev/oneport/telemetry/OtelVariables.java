package dev.oneport.telemetry;

import dev.oneport.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The variables of OpenTelemetry's specification ("Environment Variable Specification" and "OTLP
 * Exporter"). A value that this server cannot follow is a mistake; other variables have no effect,
 * of which the operator is warned. No message quotes a value that may hold a secret.
 */
final class OtelVariables {
  /** The share of calls that are sampled if nothing else is said. */
  static final double RATIO = 0.1;

  private static final String PREFIX = "OTEL_";
  static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String HEADERS = "OTEL_EXPORTER_OTLP_HEADERS";
  private static final String ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES";
  private static final String SAMPLER = "OTEL_TRACES_SAMPLER";
  private static final String ARGUMENT = "OTEL_TRACES_SAMPLER_ARG";
  private static final String BY_PARENT = "parentbased_";
  private static final String INTERVAL = "OTEL_METRIC_EXPORT_INTERVAL";
  private static final String SERVICE = "service.name";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.!#$%&'*+^`|~-]{1,256}");
  private static final Pattern VISIBLE = Pattern.compile("[\\x20-\\x7e]{0,4096}");
  private static final Pattern SHARE = Pattern.compile("0|1|1\\.0{1,9}|0?\\.\\d{1,9}");
  private static final Pattern MILLIS = Pattern.compile("\\d{3,8}");

  private final Section section;
  private final Set<String> known = new TreeSet<>();

  OtelVariables(Section section) {
    this.section = section;
  }

  /** Whether telemetry is switched off, whatever else is set. */
  boolean disabled() {
    return switch (value("OTEL_SDK_DISABLED").toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "", "false" -> false;
      default -> {
        problem("OTEL_SDK_DISABLED", "must be true or false");
        yield false;
      }
    };
  }

  Optional<URI> endpoint() {
    return urlOf(ENDPOINT);
  }

  Optional<URI> tracesTo(Optional<URI> endpoint) {
    return to(endpoint, "TRACES", "v1/traces");
  }

  Optional<URI> metricsTo(Optional<URI> endpoint) {
    return to(endpoint, "METRICS", "v1/metrics");
  }

  /** One signal has a path below the endpoint, or a URL of its own that is used as it is. */
  private Optional<URI> to(Optional<URI> endpoint, String signal, String path) {
    var own = urlOf("OTEL_EXPORTER_OTLP_" + signal + "_ENDPOINT");
    one(PREFIX + signal + "_EXPORTER", "otlp", "none");
    one("OTEL_EXPORTER_OTLP_" + signal + "_PROTOCOL", "http/protobuf");
    one("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
    if (value(PREFIX + signal + "_EXPORTER").equals("none")) {
      return Optional.empty();
    }
    return own.or(
        () ->
            endpoint.map(
                base -> URI.create(base + (base.toString().endsWith("/") ? "" : "/") + path)));
  }

  Map<String, String> headers() {
    return pairs(HEADERS, NAME);
  }

  Map<String, String> service(String version) {
    var service = new LinkedHashMap<String, String>();
    service.put(SERVICE, or(section.variable("K_SERVICE").orElse(""), "oneport"));
    service.put("service.version", version);
    service.putAll(pairs(ATTRIBUTES, NAME));
    var name = value("OTEL_SERVICE_NAME");
    if (!name.isEmpty()) {
      service.put(SERVICE, name);
    }
    return service;
  }

  /**
   * Which calls are sampled.
   *
   * @param configured the configuration's share
   */
  Sampling sampling(double configured) {
    var text = value(ARGUMENT);
    var argument = ratio(text);
    if (!text.isEmpty() && argument.isEmpty()) {
      problem(ARGUMENT, "must be a share from 0 to 1 such as 0.1");
    }
    var name = value(SAMPLER);
    var byParent = name.isEmpty() || name.startsWith(BY_PARENT);
    // The specification samples all calls where a sampler by ratio has no argument.
    double ratio = argument.orElse(name.isEmpty() ? configured : 1);
    return switch (name.startsWith(BY_PARENT) && !name.equals(BY_PARENT)
        ? name.substring(BY_PARENT.length())
        : name) {
      case "always_on" -> new Sampling(byParent, 1);
      case "always_off" -> new Sampling(byParent, 0);
      case "", "traceidratio" -> new Sampling(byParent, ratio);
      default -> {
        problem(
            SAMPLER,
            "must be always_on, always_off or traceidratio, with or without parentbased_ in front");
        yield new Sampling(true, configured);
      }
    };
  }

  Duration interval() {
    var text = value(INTERVAL);
    if (!text.isEmpty() && !MILLIS.matcher(text).matches()) {
      problem(INTERVAL, "must be a number of milliseconds from 100 to 99999999");
      text = "";
    }
    return text.isEmpty() ? Duration.ofMinutes(1) : Duration.ofMillis(Long.parseLong(text));
  }

  /** Warns of variables that were not read by now. */
  void warnOfOthers() {
    var others = new TreeSet<>(section.variableNames(PREFIX));
    others.removeAll(known);
    others.forEach(name -> section.variableWarning(name, "has no effect here"));
  }

  static Optional<Double> ratio(String text) {
    return SHARE.matcher(text).matches() ? Optional.of(Double.parseDouble(text)) : Optional.empty();
  }

  static Optional<URI> url(String text) {
    try {
      var url = new URI(text.strip());
      var scheme = String.valueOf(url.getScheme());
      return (scheme.equals("http") || scheme.equals("https"))
              && url.getHost() != null
              && url.getUserInfo() == null
              && url.getRawQuery() == null
              && url.getRawFragment() == null
          ? Optional.of(url)
          : Optional.empty();
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  private Optional<URI> urlOf(String name) {
    var text = value(name);
    var url = url(text);
    if (!text.isEmpty() && url.isEmpty()) {
      problem(name, "must be a URL such as http://collector:4318, without a query");
    }
    return url;
  }

  private void one(String name, String... choices) {
    var value = value(name);
    if (!value.isEmpty() && !Set.of(choices).contains(value)) {
      problem(name, "must be " + String.join(" or ", choices));
    }
  }

  /** Pairs as in W3C Baggage: {@code name=value,name=value}, where values are percent-encoded. */
  private Map<String, String> pairs(String variable, Pattern names) {
    var pairs = new LinkedHashMap<String, String>();
    for (var pair : value(variable).split(",", -1)) {
      if (!pair.isBlank()) {
        int equals = pair.indexOf('=');
        var name = equals < 0 ? "" : pair.substring(0, equals).strip();
        var text = decoded(pair.substring(equals + 1).strip());
        if (!names.matcher(name).matches() || text.isEmpty()) {
          problem(variable, "must be name=value pairs with commas between them");
          return Map.of();
        }
        pairs.put(name, text.get());
      }
    }
    return pairs;
  }

  /** A plus is not a space here. */
  private static Optional<String> decoded(String text) {
    try {
      var decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
      return Optional.of(decoded).filter(it -> VISIBLE.matcher(it).matches());
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private String value(String name) {
    known.add(name);
    return section.variable(name).orElse("").strip();
  }

  private void problem(String name, String message) {
    section.variableProblem(name, message);
  }

  private static String or(String text, String otherwise) {
    return text.isBlank() ? otherwise : text;
  }
}
