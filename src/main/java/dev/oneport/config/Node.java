package dev.oneport.config;

import java.util.List;
import java.util.Map;

/**
 * A value of the configuration: an object, a list, a text, or nothing.
 *
 * @param name the key, or the position in a list
 * @param written the text as written, where YAML reads another one, as {@code false} for {@code no}
 * @param object its entries in the order of the file; empty if it is not an object
 * @param list its items; empty if it is not a list
 */
record Node(
    String name,
    Kind kind,
    String text,
    String written,
    Map<String, Node> object,
    List<Node> list) {
  private enum Kind {
    NOTHING,
    TEXT,
    OBJECT,
    LIST
  }

  static Node nothing(String name) {
    return new Node(name, Kind.NOTHING, "", "", Map.of(), List.of());
  }

  static Node text(String name, String text, String written) {
    return new Node(name, Kind.TEXT, text, written, Map.of(), List.of());
  }

  static Node object(String name, Map<String, Node> entries) {
    return new Node(name, Kind.OBJECT, "", "", entries, List.of());
  }

  static Node list(String name, List<Node> items) {
    return new Node(name, Kind.LIST, "", "", Map.of(), items);
  }

  boolean exists() {
    return kind != Kind.NOTHING;
  }

  boolean isList() {
    return kind == Kind.LIST;
  }

  /** Whether it is an object; a key without a value counts as an empty object. */
  boolean isObject() {
    return kind == Kind.OBJECT || (isText() && text.isEmpty());
  }

  /** Whether YAML reads another text than is written. */
  boolean isAmbiguous() {
    return isText() && !text.equals(written);
  }

  boolean isText() {
    return kind == Kind.TEXT;
  }

  Node get(String key) {
    var child = object.get(key);
    return child == null ? nothing(key) : child;
  }

  /** The values in an object or a list. */
  List<Node> children() {
    return isList() ? list : List.copyOf(object.values());
  }
}
