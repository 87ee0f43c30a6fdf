package dev.oneport.gateway.assertion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A key is published before it signs, and for as long as something that it signed is valid. */
final class AssertionKeysTest {
  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final AssertionKeys keys = new AssertionKeys(clock.clocks().steady());

  private static Optional<AssertionSigning> of(AssertionKey... files) {
    return Optional.of(new AssertionSigning("oneport", List.of(files), DAY));
  }

  private boolean publishes(String id) {
    return keys.published().contains("\"" + id + "\"");
  }

  private int published() {
    return keys.published().split("\"kid\"", -1).length - 1;
  }

  @Test
  void aMadeKeyIsReplacedAfterItsTime() {
    keys.replace(of());
    var first = keys.signing().id();
    assertEquals(1, published());
    clock.advance(DAY.minus(MINUTE));
    assertEquals(first, keys.signing().id());
    assertEquals(1, published());
    clock.advance(MINUTE);
    assertEquals(first, keys.signing().id(), "the next key is only published");
    assertEquals(2, published());
    clock.advance(AssertionKeys.AHEAD.minus(MINUTE));
    assertEquals(first, keys.signing().id());
    clock.advance(MINUTE);
    var second = keys.signing().id();
    assertNotEquals(first, second);
    assertTrue(publishes(first) && publishes(second));
    clock.advance(AssertionSettings.LONGEST);
    assertTrue(publishes(first), "what it signed last has just expired");
    clock.advance(AssertionKeys.KEPT);
    assertEquals(List.of(1, second), List.of(published(), keys.signing().id()));
  }

  @Test
  void aKeyThatWasNotAskedForInTimeIsPublishedBeforeItSignsAllTheSame() {
    keys.replace(of());
    var first = keys.signing().id();
    clock.advance(DAY.multipliedBy(3));
    assertEquals(first, keys.signing().id());
    assertEquals(2, published());
    clock.advance(AssertionKeys.AHEAD);
    assertNotEquals(first, keys.signing().id());
  }

  @Test
  void aReloadKeepsTheMadeKey() {
    keys.replace(of());
    var first = keys.signing().id();
    keys.replace(of());
    assertEquals(List.of(first, 1), List.of(keys.signing().id(), published()));
  }

  @Test
  void theFirstOfSeveralFilesSignsAndAllArePublished() {
    var files = new AssertionKey[] {AssertionKey.generate(), AssertionKey.generate()};
    keys.replace(of(files));
    assertEquals(files[0].id(), keys.signing().id());
    assertTrue(Arrays.stream(files).allMatch(key -> publishes(key.id())));
    clock.advance(AssertionKeys.AHEAD);
    keys.replace(of(files[1], files[0]));
    assertEquals(files[1].id(), keys.signing().id(), "it was published long enough");
    keys.replace(of(files[1]));
    assertEquals(2, published(), "something that the other signed may still be valid");
    clock.advance(AssertionKeys.KEPT);
    assertEquals(1, published());
    clock.advance(DAY.multipliedBy(2));
    assertEquals(files[1].id(), keys.signing().id(), "files are the operator's to replace");
  }

  @Test
  void aFileThatReplacesAnotherIsPublishedFirst() {
    var old = AssertionKey.generate();
    var next = AssertionKey.generate();
    keys.replace(of(old));
    keys.replace(of(next));
    assertEquals(old.id(), keys.signing().id());
    assertTrue(publishes(next.id()));
    clock.advance(AssertionKeys.AHEAD);
    assertEquals(next.id(), keys.signing().id());
    assertTrue(publishes(old.id()));
    clock.advance(AssertionKeys.KEPT);
    assertEquals(1, published());
  }

  @Test
  void withoutAssertionsNothingIsPublished() {
    assertEquals("{\"keys\":[]}", keys.published());
    keys.replace(of());
    keys.replace(Optional.empty());
    assertThrows(IllegalStateException.class, keys::signing);
    clock.advance(AssertionKeys.KEPT);
    assertEquals("{\"keys\":[]}", keys.published());
  }
}
