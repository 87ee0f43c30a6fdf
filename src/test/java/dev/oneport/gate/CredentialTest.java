package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.oneport.identity.CredentialPlaces;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What counts as a token, and that two are none. */
final class CredentialTest {
  private static final String IAP = "x-iap";

  record Row(
      String name,
      List<String> authorization,
      List<String> iap,
      List<String> others,
      String found) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        row("nothing", List.of(), List.of(), List.of(), "missing"),
        row("bearer", List.of("Bearer a.b.c"), List.of(), List.of(), "a.b.c"),
        row("in any case", List.of("bEARER a.b.c"), List.of(), List.of(), "a.b.c"),
        row("with spaces", List.of("  Bearer   a.b.c "), List.of(), List.of(), "a.b.c"),
        row("without a token", List.of("Bearer"), List.of(), List.of(), "unclear"),
        row("what may be no token", List.of("Bearer a, b"), List.of(), List.of(), "a, b"),
        row("another scheme", List.of("Basic YTpi"), List.of(), List.of(), "missing"),
        row("in a header", List.of(), List.of("a.b.c"), List.of(), "a.b.c of x-iap"),
        row("another way", List.of(), List.of(), List.of("a.b.c"), "a.b.c"),
        row("scheme and header", List.of("Basic x"), List.of("a.b.c"), List.of(), "a.b.c of x-iap"),
        row("scheme and other", List.of("Basic x"), List.of(), List.of("a.b.c"), "a.b.c"),
        row("two of one", List.of("Bearer a", "Bearer a"), List.of(), List.of(), "unclear"),
        row("scheme and bearer", List.of("Basic x", "Bearer a"), List.of(), List.of(), "unclear"),
        row("bearer and scheme", List.of("Bearer a", "Basic x"), List.of(), List.of(), "unclear"),
        row("two schemes", List.of("Basic x", "Basic x"), List.of(), List.of(), "unclear"),
        row("nothing twice", List.of("", ""), List.of(), List.of(), "unclear"),
        row("two and header", List.of("Basic x", ""), List.of("a"), List.of(), "unclear"),
        row(
            "bearer and header",
            List.of("Bearer a"),
            List.of("b"),
            List.of(),
            "b of x-iap beside a"),
        row("header and other", List.of(), List.of("a"), List.of("b"), "unclear"),
        row("two others", List.of(), List.of(), List.of("a", "b"), "unclear"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void oneTokenIsFoundWhereverItIs(Row row) {
    assertEquals(row.found(), found(row.authorization(), row.iap(), row.others()));
  }

  @Provide
  Arbitrary<List<String>> values() {
    var bearers = Arbitraries.strings().ofMaxLength(20).map(it -> "Bearer " + it);
    var schemes = Arbitraries.of("Bearer", "bearer a.b", "Basic x", "", " ", "BearerX y");
    return Arbitraries.oneOf(bearers, schemes, Arbitraries.strings().ofMaxLength(20))
        .list()
        .ofMaxSize(2);
  }

  /** Whatever is sent, there is a token only where one and no more was brought. */
  @Property
  void whateverIsSentThereIsOneTokenOrNone(
      @ForAll("values") List<String> authorization,
      @ForAll("values") List<String> iap,
      @ForAll("values") List<String> others) {
    var brought = iap.size() + others.size() + bearers(authorization);
    var headers = Map.of(Credential.AUTHORIZATION, authorization, IAP, iap);
    switch (Credential.of(
        name -> headers.getOrDefault(name, List.of()),
        CredentialPlaces.and(Set.of(IAP)),
        others,
        Optional.empty(),
        new RecentTokens())) {
      case Credential.Bearer bearer -> {
        assertEquals(1, brought, "one of " + authorization + iap + others + " is " + bearer);
        assertEquals(iap.size(), bearer.token().header().isPresent() ? 1 : 0);
      }
      case Credential.Missing() -> {
        assertEquals(0, brought);
        assertTrue(authorization.size() < 2, "two fields are not none");
      }
      case Credential.Beside(var own, _) -> {
        assertEquals(2, brought);
        assertEquals(List.of(own.token().text()), iap.stream().map(String::strip).toList());
        assertEquals(List.of(), others);
      }
      case CookieToken cookie -> fail("there is no cookie: " + cookie);
      case Credential.Unclear _ -> {}
      case Credential.Certified _ -> throw new AssertionError("no certificate was shown");
    }
  }

  private static long bearers(List<String> authorization) {
    return authorization.stream().filter(it -> it.strip().matches("(?is)bearer( .*)?")).count();
  }

  private static Row row(
      String name,
      List<String> authorization,
      List<String> iap,
      List<String> others,
      String found) {
    return new Row(name, authorization, iap, others, found);
  }

  private static String text(Credential.Bearer bearer) {
    return bearer.token().text() + bearer.token().header().map(it -> " of " + it).orElse("");
  }

  private static String found(List<String> authorization, List<String> iap, List<String> others) {
    var headers = Map.of(Credential.AUTHORIZATION, authorization, IAP, iap);
    return switch (Credential.of(
        name -> headers.getOrDefault(name, List.of()),
        CredentialPlaces.and(Set.of(IAP)),
        others,
        Optional.empty(),
        new RecentTokens())) {
      case Credential.Missing() -> "missing";
      case CookieToken _ -> "cookie";
      case Credential.Unclear _ -> "unclear";
      case Credential.Beside(var own, var foreign) -> text(own) + " beside " + foreign.text();
      case Credential.Bearer bearer -> text(bearer);
      case Credential.Certified _ -> "certificate";
    };
  }
}
