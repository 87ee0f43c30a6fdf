package dev.oneport.config;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.config.ConfigException;
import io.helidon.config.spi.ConfigNode;
import io.helidon.config.spi.ConfigParser.Content;
import io.helidon.config.yaml.YamlConfigParser;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of the YAML, an object or a list, as Helidon's parser has it. Helidon's {@code Config} on
 * top of that would put all keys into one map, by recursion over the length of each list and in a
 * time that grows with its square (4.5.0): ten thousand rules took half a minute.
 *
 * @param name the key, or the position in a list
 * @param node null where there is nothing
 */
record Node(String name, @Nullable ConfigNode node) {
  /** What texts say together; of what two say, the first counts. */
  static Node parse(List<String> texts) throws ConfigException {
    var parser = YamlConfigParser.create();
    Map<String, ConfigNode> all = new LinkedHashMap<>();
    for (var text : texts) {
      var content =
          Content.builder()
              .data(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
              .charset(StandardCharsets.UTF_8)
              .mediaType(MediaTypes.APPLICATION_YAML)
              .build();
      parser.parse(content).forEach(all::putIfAbsent);
    }
    var root = ConfigNode.ObjectNode.builder();
    all.forEach((key, value) -> add(root, key, value));
    return new Node("", root.build());
  }

  private static void add(ConfigNode.ObjectNode.Builder root, String key, ConfigNode value) {
    switch (value) {
      case ConfigNode.ObjectNode object -> root.addObject(key, object);
      case ConfigNode.ListNode list -> root.addList(key, list);
      default -> root.addValue(key, value.value().orElse(""));
    }
  }

  static Node empty() {
    return new Node("", ConfigNode.ObjectNode.empty());
  }

  boolean exists() {
    return node != null;
  }

  boolean isList() {
    return node instanceof ConfigNode.ListNode;
  }

  /** Whether it is an object, or a key without a value, which may stand for an empty one. */
  boolean isObject() {
    return node instanceof ConfigNode.ObjectNode || (isLeaf() && text().isEmpty());
  }

  boolean isLeaf() {
    return node != null && !isList() && !(node instanceof ConfigNode.ObjectNode);
  }

  /** The value of a leaf. */
  String text() {
    return node == null ? "" : node.value().orElse("");
  }

  Node get(String key) {
    return new Node(key, node instanceof ConfigNode.ObjectNode object ? object.get(key) : null);
  }

  /** What an object or a list holds. */
  List<Node> children() {
    var children = new ArrayList<Node>();
    if (node instanceof ConfigNode.ObjectNode object) {
      object.forEach((key, value) -> children.add(new Node(key, value)));
    } else if (node instanceof ConfigNode.ListNode list) {
      for (var value : list) {
        children.add(new Node(String.valueOf(children.size()), value));
      }
    }
    return children;
  }
}
