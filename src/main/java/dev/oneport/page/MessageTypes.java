package dev.oneport.page;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Describes protobuf messages to the page, which writes and reads their binary form: the fields of
 * each message by name, with all nested message types.
 */
final class MessageTypes {
  private final JsonProvider json;
  private final Map<String, JsonArray> types = new LinkedHashMap<>();

  MessageTypes(JsonProvider json) {
    this.json = json;
  }

  /** Adds a message and the types of its fields. */
  void add(Descriptor message) {
    Deque<Descriptor> open = new ArrayDeque<>();
    open.add(message);
    while (!open.isEmpty()) {
      var each = open.remove();
      if (types.containsKey(each.getFullName())) {
        continue;
      }
      var fields = json.createArrayBuilder();
      for (var field : each.getFields()) {
        fields.add(field(field));
        if (field.getJavaType() == JavaType.MESSAGE) {
          open.add(field.getMessageType());
        }
      }
      types.put(each.getFullName(), fields.build());
    }
  }

  JsonObject build() {
    var all = json.createObjectBuilder();
    types.forEach(all::add);
    return all.build();
  }

  private JsonObject field(FieldDescriptor field) {
    var described =
        json.createObjectBuilder()
            .add("number", field.getNumber())
            .add("name", field.getJsonName())
            .add("type", field.getType().name().toLowerCase(Locale.ROOT));
    flag(described, "repeated", field.isRepeated());
    flag(described, "map", field.isMapField());
    flag(described, "optional", field.hasPresence());
    switch (field.getJavaType()) {
      case MESSAGE -> described.add("of", field.getMessageType().getFullName());
      case ENUM -> {
        var values = json.createObjectBuilder();
        field.getEnumType().getValues().forEach(it -> values.add(it.getName(), it.getNumber()));
        described.add("values", values);
      }
      default -> {}
    }
    return described.build();
  }

  private static void flag(JsonObjectBuilder described, String name, boolean on) {
    if (on) {
      described.add(name, true);
    }
  }
}
