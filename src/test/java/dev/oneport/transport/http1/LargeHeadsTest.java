package dev.oneport.transport.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.HeadMemory;
import dev.oneport.transport.http1.LargeHeads.Share;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of several large heads keeps its memory. Each is held twice: as bytes, and as text. */
final class LargeHeadsTest {
  private static final int LARGE = 10_000;

  private final HeadMemory memory = new HeadMemory(6 * LARGE);
  private final LargeHeads heads = new LargeHeads(memory);
  private final List<String> closed = new ArrayList<>();

  private Share share(String name) {
    return heads.share(() -> closed.add(name));
  }

  @Test
  void theOldestIncompleteOneGivesWay() {
    var shares = List.of(share("a"), share("b"), share("c"), share("d"));
    shares.forEach(each -> assertTrue(each.growTo(LARGE)));
    assertEquals(List.of("a"), closed);
    // Growing is not beginning again.
    assertTrue(shares.get(2).growTo(2 * LARGE));
    assertEquals(List.of("a", "b"), closed);
    shares.forEach(Share::release);
    assertEquals(0, memory.held());
  }

  @Test
  void aCompleteOneKeepsItsMemoryUntilItsRequestIsOver() {
    var complete = List.of(share("a"), share("b"), share("c"));
    complete.forEach(each -> assertTrue(each.growTo(LARGE)));
    complete.forEach(Share::complete);
    var next = share("d");
    assertFalse(next.growTo(LARGE));
    assertEquals(List.of(), closed);
    complete.getFirst().release();
    assertTrue(next.growTo(LARGE));
    assertFalse(next.growTo(6 * LARGE));
    next.release();
    complete.forEach(Share::release);
    assertEquals(0, memory.held());
  }

  @Test
  void smallOnesAreNotCounted() {
    var small = share("a");
    assertTrue(small.growTo(LargeHeads.FREE));
    assertEquals(0, memory.held());
    small.complete();
    small.release();
    assertEquals(0, memory.held());
  }
}
