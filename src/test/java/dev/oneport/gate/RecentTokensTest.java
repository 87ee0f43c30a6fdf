package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.oneport.identity.PresentedToken;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class RecentTokensTest {
  private static final int FROM = "Bearer ".length();

  private final RecentTokens recent = new RecentTokens();

  @Test
  void aFieldThatComesAgainHasTheSameToken() {
    var first = token("a.b.c");
    assertSame(first, token("a.b.c"));
    assertEquals("a.b.c", first.text());
  }

  /** "Aa" and "BB" have the same hash code, so these fields have one place. */
  @Test
  void fieldsWithTheSameHashCodeAreNotConfused() {
    var one = token("AaAa");
    var other = token("BBBB");
    assertEquals("Bearer AaAa".hashCode(), "Bearer BBBB".hashCode());
    assertEquals("AaAa", one.text());
    assertEquals("BBBB", other.text());
    assertNotSame(one, token("AaAa"));
  }

  @Provide
  Arbitrary<List<String>> tokens() {
    return Arbitraries.strings().withChars("aAbB.").ofMinLength(1).ofMaxLength(4).list().ofSize(60);
  }

  @Property(tries = 200)
  void eachFieldHasItsOwnToken(@ForAll("tokens") List<String> tokens) {
    for (var each : tokens) {
      assertEquals(each, token(each).text());
    }
  }

  @Test
  void noTokenIsKeptThatNobodyUses() {
    var seen =
        IntStream.range(0, 100).mapToObj(i -> new WeakReference<>(token("token" + i))).toList();
    for (int i = 0; i < 50 && seen.stream().anyMatch(it -> it.get() != null); i++) {
      System.gc();
    }
    for (var each : seen) {
      assertNull(each.get());
    }
  }

  private PresentedToken token(String token) {
    return recent.of("Bearer " + token, FROM);
  }
}
