package dev.oneport.config;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The merged content of several YAML files, with the line of each key.
 *
 * <p>It is built from the nodes of the parser that Helidon's YAML support uses. Helidon's own tree
 * has no line numbers, and its {@code Config} puts all keys into one map, recursively and in time
 * quadratic in the length of each list (4.5.0): ten thousand rules took half a minute.
 */
final class YamlTree {
  private static final int MAX_DEPTH = 50;

  /**
   * The most nodes that aliases may add to a file. Without them a text has fewer nodes than
   * characters; with them a small file can mean a very large tree.
   */
  private static final int MAX_ALIASED = 100_000;

  private record Place(String file, int line) {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  private final Map<String, Node> root = new LinkedHashMap<>();
  private final Map<String, Place> places = new HashMap<>();
  private final String mainFile;
  private int nodes;
  private int maxNodes;

  YamlTree(String mainFile) {
    this.mainFile = mainFile;
  }

  /**
   * Adds a text. Reports duplicate keys, which a YAML parser accepts, in this text and in those
   * added before. The first value counts.
   *
   * @return whether the text could be read
   */
  boolean add(String file, String text, Problems problems) {
    maxNodes = Math.addExact(nodes, Math.addExact(text.length(), MAX_ALIASED));
    try {
      var options = new LoaderOptions();
      options.setAllowDuplicateKeys(true);
      options.setNestingDepthLimit(MAX_DEPTH);
      switch (new Yaml(options).compose(new StringReader(text))) {
        case null -> {}
        case MappingNode mapping -> new Reader(file, problems).entries("", mapping, root);
        case ScalarNode empty when empty.getTag().equals(Tag.NULL) -> {}
        case org.yaml.snakeyaml.nodes.Node other ->
            problems.add(
                new ConfigurationProblem(
                    "", file + ":" + line(other), "must be an object with keys"));
      }
      return true;
    } catch (MarkedYAMLException e) {
      var line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      problems.add(new ConfigurationProblem("", file + ":" + line, "not YAML: " + e.getProblem()));
    } catch (YAMLException e) {
      problems.add(new ConfigurationProblem("", file, "not YAML: " + e.getMessage()));
    }
    return false;
  }

  /** The root object. */
  Node root() {
    return Node.object("", root);
  }

  /** The file and line of the key, or of its nearest parent in a file. */
  String place(String key) {
    for (var at = key;
        !at.isEmpty();
        at = at.contains(".") ? at.substring(0, at.lastIndexOf('.')) : "") {
      var place = places.get(at);
      if (place != null) {
        return place.toString();
      }
    }
    return mainFile;
  }

  private static int line(org.yaml.snakeyaml.nodes.Node node) {
    return node.getStartMark().getLine() + 1;
  }

  /** Converts the nodes of one file. */
  private final class Reader {
    private final String file;
    private final Problems problems;

    Reader(String file, Problems problems) {
      this.file = file;
      this.problems = problems;
    }

    private Node node(String path, String name, org.yaml.snakeyaml.nodes.Node node, int depth) {
      if (++nodes > maxNodes || depth > MAX_DEPTH) {
        throw new YAMLException("aliases make it too large or too deep");
      }
      return switch (node) {
        case MappingNode mapping -> {
          var entries = new LinkedHashMap<String, Node>();
          entries(path, mapping, entries, depth + 1);
          yield Node.object(name, entries);
        }
        case SequenceNode sequence -> {
          var items = new ArrayList<Node>();
          for (var item : sequence.getValue()) {
            var index = String.valueOf(items.size());
            places.putIfAbsent(path + "." + index, new Place(file, line(item)));
            items.add(node(path + "." + index, index, item, depth + 1));
          }
          yield Node.list(name, items);
        }
        case ScalarNode scalar -> Node.text(name, text(scalar), written(scalar));
        default -> throw new YAMLException("a node of an unknown kind");
      };
    }

    void entries(String path, MappingNode mapping, Map<String, Node> into) {
      entries(path, mapping, into, 0);
    }

    private void entries(String path, MappingNode mapping, Map<String, Node> into, int depth) {
      for (var entry : mapping.getValue()) {
        if (!isMerge(entry)) {
          entry(path, entry, into, depth);
        }
      }
      // The object's own keys take precedence over merged ones (YAML's merge key).
      for (var entry : mapping.getValue()) {
        if (isMerge(entry)) {
          merge(path, entry.getValueNode(), into, depth);
        }
      }
    }

    private void entry(String path, NodeTuple entry, Map<String, Node> into, int depth) {
      var name = entry.getKeyNode() instanceof ScalarNode key ? key.getValue() : "?";
      var child = path.isEmpty() ? name : path + "." + name;
      var place = new Place(file, line(entry.getKeyNode()));
      Wording.problem(name)
          .ifPresent(
              it ->
                  problems.add(new ConfigurationProblem(child, place.toString(), "its key " + it)));
      if (into.containsKey(name)) {
        problems.add(
            new ConfigurationProblem(
                child, place.toString(), "is set twice, first at " + places.get(child)));
        return;
      }
      places.putIfAbsent(child, place);
      into.put(name, node(child, name, entry.getValueNode(), depth));
    }

    private void merge(
        String path, org.yaml.snakeyaml.nodes.Node source, Map<String, Node> into, int depth) {
      switch (source) {
        case MappingNode mapping -> {
          var merged = new LinkedHashMap<String, Node>();
          entries(path, mapping, merged, depth + 1);
          merged.forEach(into::putIfAbsent);
        }
        case SequenceNode sequence ->
            sequence.getValue().forEach(each -> merge(path, each, into, depth));
        default -> throw new YAMLException("<< takes an object, or a list of objects");
      }
    }

    private static boolean isMerge(NodeTuple entry) {
      return entry.getKeyNode().getTag().equals(Tag.MERGE);
    }

    /** The text as written; empty for YAML's words for null. */
    private static String written(ScalarNode scalar) {
      return scalar.getTag().equals(Tag.NULL) ? "" : scalar.getValue();
    }

    /**
     * The text as written, except that YAML 1.1's other words for true, false and null are
     * normalized.
     */
    private static String text(ScalarNode scalar) {
      var text = scalar.getValue();
      if (scalar.getTag().equals(Tag.NULL)) {
        return "";
      }
      if (scalar.getTag().equals(Tag.BOOL)) {
        return String.valueOf(text.matches("(?i)true|yes|on"));
      }
      return text;
    }
  }
}
