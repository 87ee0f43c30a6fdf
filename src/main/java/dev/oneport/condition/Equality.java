package dev.oneport.condition;

import dev.cel.common.exceptions.CelOverloadNotFoundException;
import dev.cel.runtime.CelFunctionBinding;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * {@code ==}, {@code !=} and {@code in} of conditions. Values of different types cannot be compared
 * here, whereas CEL calls them unequal: {@code claims.tenant != 'banned'} must not hold because a
 * token has a list there.
 */
final class Equality {
  private static final String EQUALS = "equals";

  private Equality() {}

  /** The functions, by the names that the type checker gives them. */
  static Set<CelFunctionBinding> functions() {
    return Set.of(
        CelFunctionBinding.from(EQUALS, Object.class, Object.class, Equality::areEqual),
        CelFunctionBinding.from(
            "not_equals", Object.class, Object.class, (one, other) -> !areEqual(one, other)),
        CelFunctionBinding.from("in_list", Object.class, List.class, Equality::isIn),
        CelFunctionBinding.from(
            "in_map",
            Object.class,
            Map.class,
            (key, map) -> isIn(key, List.copyOf(((Map<?, ?>) map).keySet()))));
  }

  private static boolean isIn(Object value, List<?> items) {
    var found = false;
    // Looks at all of them, so that the answer does not depend on their order.
    for (var item : items) {
      found |= areEqual(value, item);
    }
    return found;
  }

  private static boolean areEqual(Object one, Object other) {
    return switch (one) {
      case Number number when other instanceof Number another -> areEqual(number, another);
      case List<?> items when other instanceof List<?> others -> areEqual(items, others);
      case Map<?, ?> map when other instanceof Map<?, ?> another -> areEqual(map, another);
      case Number _, List<?> _, Map<?, ?> _ -> throw new CelOverloadNotFoundException(EQUALS);
      default -> {
        if (one.getClass() != other.getClass()) {
          throw new CelOverloadNotFoundException(EQUALS);
        }
        yield one.equals(other);
      }
    };
  }

  private static boolean areEqual(Number one, Number other) {
    var whole = one instanceof Long && other instanceof Long;
    return whole ? one.longValue() == other.longValue() : one.doubleValue() == other.doubleValue();
  }

  private static boolean areEqual(List<?> items, List<?> others) {
    if (items.size() != others.size()) {
      return false;
    }
    var equal = true;
    for (int i = 0; i < items.size(); i++) {
      equal &= areEqual(items.get(i), others.get(i));
    }
    return equal;
  }

  private static boolean areEqual(Map<?, ?> map, Map<?, ?> other) {
    return map.keySet().equals(other.keySet())
        && other.entrySet().stream()
            .allMatch(
                entry ->
                    areEqual(Objects.requireNonNull(map.get(entry.getKey())), entry.getValue()));
  }
}
