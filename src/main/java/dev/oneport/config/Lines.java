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

/** Where each key of a YAML text stands; Helidon's configuration tree does not remember it. */
final class Lines {
  private static final int MAX_DEPTH = 50;

  private final String file;
  private final Map<String, Integer> byKey = new HashMap<>();

  private Lines(String file) {
    this.file = file;
  }

  /**
   * Reads the places, and reports what a YAML parser would let pass: the same key twice, several
   * documents.
   */
  static Lines read(String file, String text, Problems problems) {
    var lines = new Lines(file);
    try {
      var options = new LoaderOptions();
      options.setAllowDuplicateKeys(true);
      options.setNestingDepthLimit(MAX_DEPTH);
      var root = new Yaml(options).compose(new StringReader(text));
      if (root != null) {
        lines.walk("", root, problems);
      }
    } catch (MarkedYAMLException e) {
      var line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      problems.add(new Problem("", file + ":" + line, "not YAML: " + e.getProblem()));
    } catch (YAMLException e) {
      problems.add(new Problem("", file, "not YAML: " + e.getMessage()));
    }
    return lines;
  }

  /** The file and line of the key, or of its nearest parent that stands in the file. */
  String place(String key) {
    for (var at = key;
        !at.isEmpty();
        at = at.contains(".") ? at.substring(0, at.lastIndexOf('.')) : "") {
      var line = byKey.get(at);
      if (line != null) {
        return file + ":" + line;
      }
    }
    return file;
  }

  private void walk(String path, Node node, Problems problems) {
    switch (node) {
      case MappingNode mapping -> {
        for (NodeTuple entry : mapping.getValue()) {
          var name = entry.getKeyNode() instanceof ScalarNode key ? key.getValue() : "?";
          var child = path.isEmpty() ? name : path + "." + name;
          var line = entry.getKeyNode().getStartMark().getLine() + 1;
          var first = byKey.putIfAbsent(child, line);
          if (first != null) {
            problems.add(
                new Problem(child, file + ":" + line, "is set twice, first in line " + first));
          }
          walk(child, entry.getValueNode(), problems);
        }
      }
      case SequenceNode sequence -> {
        for (int i = 0; i < sequence.getValue().size(); i++) {
          var item = sequence.getValue().get(i);
          byKey.put(path + "." + i, item.getStartMark().getLine() + 1);
          walk(path + "." + i, item, problems);
        }
      }
      default -> {}
    }
  }

  /** Orders the keys directly below a path as they stand in the file. */
  Comparator<String> inOrder(String path) {
    return Comparator.comparingInt(
        name -> byKey.getOrDefault(path + "." + name, Integer.MAX_VALUE));
  }
}
