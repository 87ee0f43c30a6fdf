package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Only paths that every parser reads alike have a canonical form. */
final class CanonicalPathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "orders",
        "//",
        "/a//b",
        "//a",
        "/a//",
        "/.",
        "/..",
        "/a/.",
        "/a/..",
        "/./a",
        "/../a",
        "/a/../b",
        "/a/./b",
        "/%2e",
        "/%2E%2e/a",
        "/a/.%2e/b",
        "/a%2eb",
        "/a%2fb",
        "/a%2Fb",
        "/%2f",
        "/a;b",
        "/a;x=1/b",
        "/a\\b",
        "/a%5cb",
        "/a%5Cb",
        "/a%00b",
        "/%00",
        "/a%0ab",
        "/a%0d",
        "/a%1fb",
        "/a%7f",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a%u0041",
        "/%c0%ae",
        "/%c0%af",
        "/%e0%80%af",
        "/%ff",
        "/%ed%a0%80",
        "/a b",
        "/a?b",
        "/a#b",
        "/a\"b",
        "/a<b",
        "/a|b",
        "/é",
        "/a\tb"
      })
  void anAmbiguousPathHasNone(String raw) {
    assertEquals(true, CanonicalPath.of(raw).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "/,/",
    "/orders,/orders",
    "/orders/,/orders/",
    "/Orders/7,/Orders/7",
    "/%61dmin,/admin",
    "/a%20b,/a%20b",
    "/caf%c3%a9,/caf%C3%A9",
    "/a%3bb,/a%3Bb",
    "/a%252fb,/a%252fb",
    "/a...b,/a...b",
    "/.../a,/.../a",
    "/.well-known/x,/.well-known/x",
    "/a%7Eb,/a~b",
    "/@a:b+c=d,/@a:b+c=d",
    "/a%40b,/a%40b"
  })
  void otherPathsHaveOne(String raw, String wanted) {
    var path = CanonicalPath.of(raw).orElseThrow();
    assertEquals(wanted, path.text());
    assertEquals(wanted, "/" + String.join("/", path.segments()));
    assertEquals(path, CanonicalPath.of(path.text()).orElseThrow());
  }
}
