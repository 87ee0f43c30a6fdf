package dev.oneport.identity;

import jakarta.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/**
 * The ids of keys that tokens have named, for issuers whose keys each have a URL. Senders of tokens
 * choose the ids, so few are kept, and an id without a key is forgotten.
 */
final class WantedKeys {
  private static final int MOST = 8;

  private final SequencedSet<String> ids = new LinkedHashSet<>();

  synchronized void add(String id) {
    if (ids.size() < MOST) {
      ids.addLast(id);
    }
  }

  synchronized List<String> ids() {
    return List.copyOf(ids);
  }

  /** Forgets all but the ids of these keys. */
  synchronized void keepOnly(List<JsonObject> keys) {
    ids.retainAll(keys.stream().map(key -> key.getString("kid")).collect(Collectors.toSet()));
  }
}
