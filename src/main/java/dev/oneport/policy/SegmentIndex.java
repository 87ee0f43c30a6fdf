package dev.oneport.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds which of many patterns may match some names, at a cost that does not grow with the number
 * of patterns: a tree with one level per name.
 *
 * @param <T> what is known of a pattern; a smaller one comes first
 */
public final class SegmentIndex<T extends Comparable<T>> {
  private static final class Node<T> {
    private final Map<String, Node<T>> named = new HashMap<>();
    private @Nullable Node<T> one;
    private final List<T> here = new ArrayList<>(0);
    private final List<T> below = new ArrayList<>(0);

    Node<T> next(String name) {
      if (!name.equals(Segments.ONE)) {
        return named.computeIfAbsent(name, _ -> new Node<>());
      }
      if (one == null) {
        one = new Node<>();
      }
      return one;
    }
  }

  private final Node<T> root = new Node<>();

  /** Adds a pattern. */
  public void add(Segments pattern, T entry) {
    var node = root;
    for (var name : pattern.names()) {
      node = node.next(name);
    }
    (pattern.rest() ? node.below : node.here).add(entry);
  }

  /** The entries of all patterns that match these names, and of few others, in their order. */
  public List<T> find(List<String> names) {
    var found = new ArrayList<T>(4);
    find(root, names, 0, found);
    found.sort(null);
    return found;
  }

  private void find(Node<T> node, List<String> names, int at, List<T> found) {
    found.addAll(node.below);
    if (at == names.size()) {
      found.addAll(node.here);
      return;
    }
    var named = node.named.get(names.get(at));
    if (named != null) {
      find(named, names, at + 1, found);
    }
    if (node.one != null) {
      find(node.one, names, at + 1, found);
    }
  }
}
