package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Caller;
import dev.oneport.identity.Verification.Verified;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class VerifiedTokensTest {
  private static final int ROOM = 1_000;

  @Test
  void usualTokensAreBoundedByTheirNumber() {
    assertEquals(ROOM, kept(Set.of("staff"), Map.of()));
    assertEquals(ROOM, kept(Set.of(), Map.of("tenant", "a")));
  }

  @Test
  void largerOnesAreBoundedByTheirMemory() {
    var groups = IntStream.range(0, 500).mapToObj(i -> "g" + i).collect(Collectors.toSet());
    assertTrue(kept(groups, Map.of()) < ROOM / 50);
    assertTrue(kept(Set.of(), Map.of("text", "x".repeat(10_000))) < ROOM / 50);
    assertTrue(kept(Set.of(), Map.of("list", List.of("x".repeat(10_000)))) < ROOM / 50);
  }

  /** How many of many such tokens are kept. */
  private static long kept(Set<String> roles, Map<String, Object> claims) {
    var cache = VerifiedTokens.<Integer>cache(640L * ROOM);
    for (int i = 0; i < 3 * ROOM; i++) {
      var caller = new Caller("caller" + i, "issuer", roles, claims);
      cache.put(i, new Verified(caller, Instant.MAX, () -> true));
    }
    cache.cleanUp();
    return cache.estimatedSize();
  }
}
