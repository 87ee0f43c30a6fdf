package dev.oneport.config;

import java.io.StringReader;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Where each key of some YAML texts stands; Helidon's configuration tree does not remember it. */
final class Lines {
  private static final int MAX_DEPTH = 50;

  private record Place(String file, int line) {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  private final Map<String, Place> byKey = new HashMap<>();
  private final String mainFile;

  Lines(String mainFile) {
    this.mainFile = mainFile;
  }

  /**
   * Reads the places in one text, and reports what a YAML parser would let pass: the same key
   * twice, here or in a text read before.
   *
   * @return whether it is YAML at all
   */
  boolean read(String file, String text, Problems problems) {
    try {
      var options = new LoaderOptions();
      options.setAllowDuplicateKeys(true);
      options.setNestingDepthLimit(MAX_DEPTH);
      var root = new Yaml(options).compose(new StringReader(text));
      if (root != null) {
        walk(file, "", root, problems);
      }
      return true;
    } catch (MarkedYAMLException e) {
      var line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      problems.add(new Problem("", file + ":" + line, "not YAML: " + e.getProblem()));
    } catch (YAMLException e) {
      problems.add(new Problem("", file, "not YAML: " + e.getMessage()));
    }
    return false;
  }

  /** The file and line of the key, or of its nearest parent that stands in a file. */
  String place(String key) {
    for (var at = key;
        !at.isEmpty();
        at = at.contains(".") ? at.substring(0, at.lastIndexOf('.')) : "") {
      var place = byKey.get(at);
      if (place != null) {
        return place.toString();
      }
    }
    return mainFile;
  }

  /** Orders the keys directly below a path as they stand in the file. */
  Comparator<String> inOrder(String path) {
    return Comparator.comparingInt(
        name -> {
          var place = byKey.get(path + "." + name);
          return place == null ? Integer.MAX_VALUE : place.line();
        });
  }

  private void walk(String file, String path, Node node, Problems problems) {
    switch (node) {
      case MappingNode mapping -> {
        for (NodeTuple entry : mapping.getValue()) {
          var name = entry.getKeyNode() instanceof ScalarNode key ? key.getValue() : "?";
          var child = path.isEmpty() ? name : path + "." + name;
          var place = new Place(file, entry.getKeyNode().getStartMark().getLine() + 1);
          var first = byKey.putIfAbsent(child, place);
          if (first != null) {
            problems.add(new Problem(child, place.toString(), "is set twice, first at " + first));
          }
          walk(file, child, entry.getValueNode(), problems);
        }
      }
      case SequenceNode sequence -> {
        for (int i = 0; i < sequence.getValue().size(); i++) {
          var item = sequence.getValue().get(i);
          byKey.put(path + "." + i, new Place(file, item.getStartMark().getLine() + 1));
          walk(file, path + "." + i, item, problems);
        }
      }
      default -> {}
    }
  }
}
