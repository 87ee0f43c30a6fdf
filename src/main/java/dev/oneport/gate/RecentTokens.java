package dev.oneport.gate;

import dev.oneport.identity.PresentedToken;
import java.lang.ref.WeakReference;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds the token of an {@code Authorization} field that came a moment ago, so that it need not be
 * copied and digested for each call. Nothing is known of it: whether it is good is asked each time.
 *
 * <p>Fields are found by all of their characters, so two tokens cannot be confused. They are kept
 * as long as a call needs them, and then until the garbage is collected next, as without this
 * class.
 */
final class RecentTokens {
  private static final int PLACES = 1024;

  /** Of a field's hash code; senders can choose it, but only cost each other their places. */
  private static final int MASK = PLACES - 1;

  private record Field(String value, PresentedToken token) {}

  private final AtomicReferenceArray<@Nullable WeakReference<Field>> places =
      new AtomicReferenceArray<>(PLACES);

  /**
   * The token of a field.
   *
   * @param from where it begins
   */
  PresentedToken of(String value, int from) {
    var hash = value.hashCode();
    var place = (hash ^ hash >>> 16) & MASK;
    var known = places.getAcquire(place);
    var field = known == null ? null : known.get();
    if (field != null && field.value.equals(value)) {
      return field.token;
    }
    // Copied once: a token may have kilobytes.
    var token = new PresentedToken(value.substring(from), Optional.empty());
    places.setRelease(place, new WeakReference<>(new Field(value, token)));
    return token;
  }
}
