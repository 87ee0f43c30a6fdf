package dev.oneport.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One object of the configuration. Features read each key by name and type; {@link #close()}
 * reports the keys that were not read. After a mistake, reading continues with the default, so that
 * all mistakes are found in one pass; {@link Configuration#check()} ends it.
 */
public final class Section implements AutoCloseable {
  private final Configuration source;
  private final Node node;
  private final String path;
  private final Set<String> known = new HashSet<>();

  Section(Configuration source, Node node, String path) {
    this.source = source;
    this.node = node;
    this.path = path;
    if (node.exists() && !node.isObject()) {
      source.problem(path, "must be an object");
    }
  }

  /** The key path of this section, or of a key in it. */
  public String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  public String path() {
    return path;
  }

  /** Whether the file has this key (whatever its value), or the environment sets it. */
  public boolean has(String key) {
    known.add(key);
    return node.get(key).exists() || source.environment().override(path(key)).isPresent();
  }

  /** The file and line of this section. */
  public String place() {
    return source.place(path);
  }

  /** Whether variables that values refer to may be unset. */
  public boolean lenient() {
    return source.lenient();
  }

  /** A variable of the environment that other programs read, too. */
  public Optional<String> variable(String name) {
    return source.environment().variable(name);
  }

  /** The names of the variables that begin with this. */
  public Set<String> variableNames(String prefix) {
    return source.environment().names(prefix);
  }

  /** Reports a problem with such a variable; the message does not quote its value. */
  public void variableProblem(String name, String message) {
    source.variableProblem(name, message);
  }

  /** Warns that such a variable has no effect. */
  public void variableWarning(String name, String message) {
    source.variableWarning(name, message);
  }

  /** Whether the environment has this variable, such as one that a platform sets. */
  public boolean hasVariable(String name) {
    return source.environment().has(name);
  }

  /**
   * Reports a key that is there without a value, such as one whose variable is empty, where leaving
   * it out allows more.
   */
  public void reportEmpty(String key) {
    var empty =
        has(key)
            && (node.get(key).isObject()
                ? node.get(key).children().isEmpty()
                    && source.environment().override(path(key)).isEmpty()
                : texts(key).isEmpty());
    if (empty && !hasProblem(key)) {
      problem(key, "must not be empty; leave the key out for its default");
    }
  }

  /** Whether a problem was reported at any key of this section. */
  public boolean hasProblems() {
    return source.hasProblem(path);
  }

  /** Whether a problem was reported at this key. */
  public boolean hasProblem(String key) {
    return source.hasProblem(path(key));
  }

  /** Reports a value that is accepted, but has no effect now. */
  public void warn(String key, String message) {
    source.warn(path(key), message);
  }

  /**
   * The same for a key that is there although what it is about is off.
   *
   * @param off why the key has no effect
   */
  public void warnIf(boolean isOff, String key, String off) {
    if (isOff && has(key)) {
      warn(key, "has no effect: " + off);
    }
  }

  /** Reports a problem with the value of a key. */
  public void problem(String key, String message) {
    source.problem(path(key), message);
  }

  public Section section(String key) {
    known.add(key);
    return new Section(source, node.get(key), path(key));
  }

  /** The objects in a map whose keys are the operator's names, in the order of the file. */
  public Map<String, Section> named(String key) {
    known.add(key);
    var sections = new LinkedHashMap<String, Section>();
    for (var name : names(key)) {
      sections.put(name, new Section(source, node.get(key).get(name), path(key) + "." + name));
    }
    return sections;
  }

  /** Whether the value of a key is an object. */
  public boolean isObject(String key) {
    known.add(key);
    return node.get(key).isObject();
  }

  /** Whether the value of a key is a list. */
  public boolean isList(String key) {
    known.add(key);
    return node.get(key).isList();
  }

  /** The keys of a map, which are the operator's names, in the order of the file. */
  public List<String> names(String key) {
    known.add(key);
    var map = node.get(key);
    if (map.exists() && !map.isObject()) {
      problem(key, "must be an object");
      return List.of();
    }
    return map.children().stream().map(Node::name).toList();
  }

  /** The objects of a list. */
  public List<Section> sections(String key) {
    known.add(key);
    return items(key).stream()
        .map(item -> new Section(source, item, path(key) + "." + item.name()))
        .toList();
  }

  public Optional<String> text(String key) {
    if (source.environment().override(path(key)).isEmpty()) {
      reportAmbiguous(path(key), node.get(key));
    }
    return word(key);
  }

  /** A text, or a word that YAML reads as another one. */
  private Optional<String> word(String key) {
    var text = raw(key).map(value -> resolve(path(key), value));
    // Not with the text, which may be a secret.
    text.flatMap(Wording::problem).ifPresent(problem -> problem(key, problem));
    return text;
  }

  /** Reports words such as {@code no} and {@code On}, which mean false and true, as texts. */
  private void reportAmbiguous(String at, Node value) {
    if (value.isAmbiguous()) {
      source.problem(
          at,
          "'%s' means %s to YAML: write \"%s\" in quotes if that is the text"
              .formatted(value.written(), value.text(), value.written()));
    }
  }

  public String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  /**
   * The content of the file that a key names; when it changes, the configuration is read again.
   * Empty if no file is named, or if it cannot be read, which is a mistake.
   */
  public Optional<String> file(String key) {
    return text(key).filter(it -> !it.isBlank()).flatMap(name -> source.file(path(key), name));
  }

  /** Likewise for a file that is not text. */
  public Optional<byte[]> binary(String key) {
    return text(key).filter(it -> !it.isBlank()).flatMap(name -> source.binary(path(key), name));
  }

  /** The contents of the files that a key names, like {@link #file}; those that can be read. */
  public List<String> files(String key) {
    return texts(key).stream().flatMap(name -> source.file(path(key), name).stream()).toList();
  }

  /** A required text that is not empty. */
  public String required(String key) {
    if (!has(key)) {
      problem(key, "is required");
      return "";
    }
    var before = source.count();
    var value = text(key).orElse("");
    if (value.isBlank() && source.count() == before) {
      problem(key, "must not be empty");
    }
    return value;
  }

  /**
   * A list of texts. A single text is a list of one; {@code ${NAME}} alone is the comma-separated
   * list that the variable holds.
   */
  public List<String> texts(String key) {
    return items(key, _ -> Optional.empty());
  }

  /**
   * A list of texts, each checked.
   *
   * @param problem returns the problem with a text, if there is one
   */
  public List<String> texts(String key, Function<String, Optional<String>> problem) {
    return items(key, problem);
  }

  /**
   * A list of literal texts, as written; {@link Literal#of} gives the meaning of each.
   *
   * @param instead advises the operator what to write instead of a pattern
   */
  public List<String> literals(String key, String instead) {
    return items(key, text -> Literal.problem(text, instead));
  }

  /** A literal text. */
  public Optional<String> literal(String key, String instead) {
    var text = text(key);
    text.flatMap(it -> Literal.problem(it, instead)).ifPresent(problem -> problem(key, problem));
    return text.map(Literal::of);
  }

  public String literal(String key, String instead, String otherwise) {
    return literal(key, instead).orElse(otherwise);
  }

  private List<String> items(String key, Function<String, Optional<String>> problem) {
    known.add(key);
    var override = source.environment().override(path(key));
    if (override.isPresent()) {
      return checked(path(key), split(override.get()), problem);
    }
    var value = node.get(key);
    if (value.isText()) {
      reportAmbiguous(path(key), value);
      return checked(path(key), expand(path(key), value), problem);
    }
    var texts = new ArrayList<String>();
    for (var item : items(key)) {
      var at = path(key) + "." + item.name();
      if (item.isText()) {
        reportAmbiguous(at, item);
        if (item.text().isBlank()) {
          source.problem(at, "must not be empty; leave the item out");
        }
        texts.addAll(checked(at, expand(at, item), problem));
      } else {
        source.problem(at, "must be a text");
      }
    }
    return List.copyOf(texts);
  }

  private List<String> checked(
      String at, Stream<String> texts, Function<String, Optional<String>> problem) {
    var checked = texts.toList();
    checked.forEach(
        text ->
            Wording.problem(text)
                .or(() -> problem.apply(text))
                .ifPresent(it -> source.problem(at, it)));
    return checked;
  }

  public int integer(String key, int otherwise, int least, int most) {
    return (int)
        number(
            key,
            otherwise,
            least,
            most,
            text ->
                text.matches("-?\\d{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty(),
            "a whole number");
  }

  /** A part of a whole, from 0 to 1, written as {@code 0.1}. */
  public double share(String key, double otherwise) {
    return value(key, Units::decimal, "a number such as 0.1")
        .filter(value -> within(key, value, 0.0, 1.0, Section::plain))
        .orElse(otherwise);
  }

  /** A size in bytes, written as {@code 65536}, {@code 64KiB} or {@code 4MiB}. */
  public int bytes(String key, int otherwise, int least, int most) {
    return (int) number(key, otherwise, least, most, Units::bytes, "a size such as 64KiB");
  }

  /** A duration, written as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 24h}. */
  public Duration duration(String key, Duration otherwise, Duration least, Duration most) {
    return value(key, Units::duration, "a duration such as 30s")
        .filter(value -> within(key, value, least, most, Section::plain))
        .orElse(otherwise);
  }

  public boolean flag(String key, boolean otherwise) {
    return value(
            key,
            text -> Optional.of(text).filter(it -> it.matches("true|false")).map(Boolean::valueOf),
            "true or false")
        .orElse(otherwise);
  }

  /** One of the names of an enum, in lower case with dashes. */
  public <E extends Enum<E>> E choice(String key, E otherwise) {
    var choices = otherwise.getDeclaringClass().getEnumConstants();
    Function<String, Optional<E>> read =
        text -> Arrays.stream(choices).filter(it -> name(it).equals(text)).findFirst();
    return value(
            key,
            read,
            "one of " + String.join(", ", Arrays.stream(choices).map(Section::name).toList()))
        .orElse(otherwise);
  }

  /** A key of an earlier version. If it is set, reports a problem that names its replacement. */
  public void retired(String key, String instead) {
    if (text(key).isPresent()) {
      problem(key, "was renamed; set " + instead + " instead");
    }
  }

  /** Reports the keys of this section that no feature has read. */
  @Override
  public void close() {
    if (!node.isObject()) {
      return;
    }
    for (var child : node.children()) {
      if (!known.contains(child.name())) {
        var near = known.stream().filter(it -> Spelling.near(it, child.name())).findFirst();
        problem(
            child.name(),
            "unknown key"
                + near.map(it -> "; did you mean " + it + "?")
                    .orElseGet(() -> KnownKeys.hint(child.name())));
      }
    }
  }

  private long number(
      String key,
      long otherwise,
      long least,
      long most,
      Function<String, Optional<Long>> read,
      String wanted) {
    return value(key, read, wanted)
        .filter(value -> within(key, value, least, most, String::valueOf))
        .orElse(otherwise);
  }

  private <T> Optional<T> value(String key, Function<String, Optional<T>> read, String wanted) {
    var text = word(key);
    if (text.isEmpty() || text.get().isBlank()) {
      return Optional.empty();
    }
    var value = read.apply(text.get());
    if (value.isEmpty()) {
      problem(key, "must be " + wanted + ", not '" + text.get() + "'");
    }
    return value;
  }

  private <T extends Comparable<T>> boolean within(
      String key, T value, T least, T most, Function<T, String> shown) {
    var ok = value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    if (!ok) {
      problem(
          key,
          "must be between "
              + shown.apply(least)
              + " and "
              + shown.apply(most)
              + ", not "
              + shown.apply(value));
    }
    return ok;
  }

  private Optional<String> raw(String key) {
    known.add(key);
    var override = source.environment().override(path(key));
    if (override.isPresent()) {
      return override;
    }
    var value = node.get(key);
    if (value.exists() && !value.isText()) {
      problem(key, "must be a single value");
      return Optional.empty();
    }
    return value.exists() ? Optional.of(value.text()) : Optional.empty();
  }

  private List<Node> items(String key) {
    var list = node.get(key);
    if (list.exists() && !list.isList()) {
      problem(key, "must be a list");
      return List.of();
    }
    return list.children();
  }

  private Stream<String> expand(String at, Node leaf) {
    var value = leaf.text();
    return Environment.isReference(value)
        ? split(resolve(at, value))
        : Stream.of(resolve(at, value)).filter(it -> !it.isBlank());
  }

  private String resolve(String at, String value) {
    return source.environment().resolve(at, value, name -> source.missing(at, name));
  }

  private static Stream<String> split(String list) {
    return Arrays.stream(list.split(",")).map(String::strip).filter(it -> !it.isEmpty());
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A whole number without a decimal point. */
  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  private static String plain(Duration duration) {
    return duration.toNanosPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
  }
}
