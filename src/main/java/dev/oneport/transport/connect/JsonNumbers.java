package dev.oneport.transport.connect;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Finds numbers that take much longer to parse than to send: protobuf-java-util 4.31.1 makes a
 * {@code BigDecimal} from the value of a numeric field, quoted or not, and then expands all its
 * digits. {@code "1e646456993"} keeps a processor busy for minutes.
 *
 * <p>It follows the message's type, because the same text is harmless in a string field. JSON is
 * nested 255 levels deep at most (gson).
 */
final class JsonNumbers {
  /**
   * More than a thousand digits, or an exponent of more than three digits; no double needs either.
   */
  private static final Pattern COSTLY =
      Pattern.compile("[-+.\\p{Nd}]{1001}|[-+.\\p{Nd}]+[eE][-+]?\\p{Nd}{4}");

  private static final String ANY = "google.protobuf.Any";

  private final Map<Descriptor, Map<String, FieldDescriptor>> fields = new ConcurrentHashMap<>();

  /** Whether a message of the type has such a number. */
  boolean costly(JsonElement message, Descriptor type) {
    if (!message.isJsonObject()) {
      // The wrapper types of a number are written as a plain number.
      var number = type.findFieldByName("value");
      return number != null && costly(message, number);
    }
    var object = message.getAsJsonObject();
    if (type.getFullName().equals(ANY)) {
      return anywhere(object);
    }
    var known = fields.computeIfAbsent(type, JsonNumbers::byName);
    return object.entrySet().stream()
        .anyMatch(
            entry -> {
              var field = known.get(entry.getKey());
              return field != null && costly(entry.getValue(), field);
            });
  }

  /** Indexes the fields by both of their possible names. */
  private static Map<String, FieldDescriptor> byName(Descriptor type) {
    var names = new HashMap<String, FieldDescriptor>();
    for (var field : type.getFields()) {
      names.put(field.getName(), field);
      names.put(field.getJsonName(), field);
    }
    return names;
  }

  private boolean costly(JsonElement value, FieldDescriptor field) {
    if (value.isJsonArray()) {
      return value.getAsJsonArray().asList().stream().anyMatch(each -> costly(each, field));
    }
    if (field.isMapField() && value.isJsonObject()) {
      return costlyMap(value.getAsJsonObject(), field.getMessageType());
    }
    return switch (field.getJavaType()) {
      case MESSAGE -> costly(value, field.getMessageType());
      case STRING, BYTE_STRING, BOOLEAN -> false;
      case INT, LONG, FLOAT, DOUBLE, ENUM -> costly(value);
    };
  }

  private boolean costlyMap(JsonObject map, Descriptor entry) {
    var key = entry.findFieldByNumber(1);
    var value = entry.findFieldByNumber(2);
    return map.entrySet().stream()
        .anyMatch(
            each ->
                (key.getJavaType() != JavaType.STRING && costly(each.getKey()))
                    || costly(each.getValue(), value));
  }

  /**
   * Checks a message whose type is known only from its content; there, no string may look like such
   * a number either.
   */
  private static boolean anywhere(JsonElement element) {
    if (element.isJsonArray()) {
      return element.getAsJsonArray().asList().stream().anyMatch(JsonNumbers::anywhere);
    }
    return element.isJsonObject()
        ? element.getAsJsonObject().entrySet().stream()
            .anyMatch(each -> costly(each.getKey()) || anywhere(each.getValue()))
        : costly(element);
  }

  private static boolean costly(JsonElement value) {
    return value.isJsonPrimitive() && costly(value.getAsString());
  }

  private static boolean costly(String text) {
    return COSTLY.matcher(text).lookingAt();
  }
}
