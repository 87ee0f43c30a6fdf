package dev.oneport.identity;

import dev.oneport.config.Literal;
import dev.oneport.config.Section;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The path of a claim in a token: one name, or several separated by dots that lead into objects,
 * such as {@code realm_access.roles}. A name in brackets may contain dots: {@code
 * [https://corp.example/roles]}, {@code resource_access[my.app].roles}. A top-level claim whose
 * name is the whole text takes precedence, so its dots need no brackets. In a list, a name leads
 * into each of its objects, and a number selects an item, from 0.
 *
 * @param text as configured
 * @param names the names in their order
 */
record ClaimPath(String text, List<String> names) {
  /** More than any token nests. */
  private static final int MAX_NAMES = 16;

  private static final Pattern NAME = Pattern.compile("\\.?([^.\\[\\]]+)|\\.?\\[([^\\]]+)\\]");

  /** Claims whose text holds several values with spaces between them (RFC 6749 section 3.3). */
  private static final Set<String> LISTS = Set.of("scope", "scp");

  ClaimPath {
    names = List.copyOf(names);
  }

  /** A top-level claim, whose name may contain any characters. */
  static ClaimPath named(String name) {
    return new ClaimPath(name, List.of(name));
  }

  /** Reads one or several paths; the default if the key is missing. */
  static List<ClaimPath> read(Section section, String key, List<ClaimPath> otherwise) {
    var texts = section.texts(key, ClaimPath::problem);
    var paths = texts.stream().flatMap(text -> parse(text).stream()).toList();
    return paths.isEmpty() ? otherwise : paths;
  }

  static Optional<ClaimPath> parse(String text) {
    if (text.startsWith(Literal.EXACT)) {
      return Optional.of(named(Literal.of(text)));
    }
    var names = new ArrayList<String>();
    var found = NAME.matcher(text);
    int end = 0;
    while (found.find() && found.start() == end && found.start(0) != found.end(0)) {
      names.add(found.group(1) == null ? found.group(2) : found.group(1));
      end = found.end();
    }
    var whole = end == text.length() && !text.startsWith(".") && names.size() <= MAX_NAMES;
    return whole && !names.isEmpty() ? Optional.of(new ClaimPath(text, names)) : Optional.empty();
  }

  /** What is wrong with a text that should be a path. */
  static Optional<String> problem(String text) {
    var plain = text.startsWith(Literal.EXACT) ? text : text.replaceAll("\\[[^\\]]+\\]", "");
    return Literal.problem(plain, "name one claim")
        .or(
            () ->
                parse(text).isPresent()
                    ? Optional.empty()
                    : Optional.of(
                        "'"
                            + text
                            + "' is not a claim such as sub, realm_access.roles or"
                            + " [https://corp.example/roles]"));
  }

  /** The values at the path; several if it leads through a list. */
  List<JsonValue> in(Token token) {
    var whole = token.claims().get(text);
    if (whole != null) {
      return List.of(whole);
    }
    return follow(token, names.size());
  }

  private List<JsonValue> follow(Token token, int steps) {
    List<JsonValue> found = List.of(token.claims());
    for (var name : names.subList(0, steps)) {
      found = found.stream().flatMap(value -> step(value, name)).toList();
    }
    return found;
  }

  private static Stream<JsonValue> step(JsonValue value, String name) {
    return switch (value) {
      case JsonObject object -> Stream.ofNullable(object.get(name));
      case JsonArray items when name.matches("\\d{1,4}") ->
          Integer.parseInt(name) < items.size()
              ? Stream.of(items.get(Integer.parseInt(name)))
              : Stream.empty();
      case JsonArray items ->
          items.stream()
              .filter(JsonObject.class::isInstance)
              .flatMap(item -> Stream.ofNullable(item.asJsonObject().get(name)));
      default -> Stream.empty();
    };
  }

  boolean isIn(Token token) {
    return !in(token).isEmpty();
  }

  /** Whether there is nothing at the path but empty lists. */
  boolean isEmpty(Token token) {
    return in(token).stream().allMatch(it -> it instanceof JsonArray items && items.isEmpty());
  }

  /** The string at the path; empty unless there is exactly one value and it is a string. */
  Optional<String> text(Token token) {
    var found = in(token);
    return found.size() == 1 && found.getFirst() instanceof JsonString one
        ? Optional.of(one.getString())
        : Optional.empty();
  }

  /** The strings at the path, including those in lists; a scope is split at spaces. */
  List<String> texts(Token token) {
    return items(token)
        .filter(JsonString.class::isInstance)
        .map(value -> ((JsonString) value).getString())
        .flatMap(text -> LISTS.contains(names.getLast()) ? split(text) : Stream.of(text))
        .toList();
  }

  /**
   * The value at the path, a list if there are several; empty if there is none or it is {@code
   * null}. A scope is a list, split at spaces.
   */
  Optional<Object> value(Token token) {
    var found = in(token);
    return found.isEmpty()
        ? Optional.empty()
        : LISTS.contains(names.getLast())
            ? Optional.of(texts(token))
            : found.size() == 1
                ? ClaimValue.of(found.getFirst())
                : Optional.of(ClaimValue.list(found));
  }

  /**
   * The scalars at the path as text, including those in lists: {@code true}, {@code 5}, {@code
   * corp.example}.
   */
  List<String> scalars(Token token) {
    return items(token)
        .flatMap(
            value ->
                switch (value.getValueType()) {
                  case STRING -> Stream.of(((JsonString) value).getString());
                  case TRUE, FALSE, NUMBER -> Stream.of(value.toString());
                  case ARRAY, OBJECT, NULL -> Stream.<String>empty();
                })
        .toList();
  }

  private Stream<JsonValue> items(Token token) {
    return in(token).stream()
        .flatMap(value -> value instanceof JsonArray items ? items.stream() : Stream.of(value));
  }

  private static Stream<String> split(String text) {
    return Stream.of(text.split(" ")).filter(it -> !it.isEmpty());
  }

  /** The part of the path whose value is not an object, if that is why nothing was found. */
  Optional<String> obstacle(Token token) {
    for (int steps = 1; steps < names.size(); steps++) {
      var found = follow(token, steps);
      if (!found.isEmpty()
          && found.stream().noneMatch(it -> it instanceof JsonObject || it instanceof JsonArray)) {
        return Optional.of(String.join(".", names.subList(0, steps)));
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
