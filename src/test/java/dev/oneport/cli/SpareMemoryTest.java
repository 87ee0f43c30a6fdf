package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class SpareMemoryTest {
  private static final long MIB = 1 << 20;

  private final SpareMemory memory = SpareMemory.untouched();

  @Test
  void isGivenBackOnceAfterEachLoad() {
    assertFalse(look(300, 40), "the first look");
    assertFalse(look(300, 200), "load");
    assertFalse(look(300, 90), "a collection under load");
    assertTrue(look(300, 91), "quiet");
    assertFalse(look(60, 30), "collected");
    assertFalse(look(60, 31), "quiet, and given back");
    assertFalse(look(60, 32), "still");
    assertFalse(look(300, 250), "load again");
    assertTrue(look(300, 250), "quiet again");
  }

  @Test
  void aSmallHeapIsLeftAlone() {
    assertFalse(look(20, 10));
    assertFalse(look(20, 10));
  }

  private boolean look(long committed, long used) {
    return memory.isSpare(committed * MIB, used * MIB);
  }
}
