package dev.oneport.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.uri.UriPath;
import io.helidon.common.uri.UriQuery;
import io.helidon.common.uri.UriValidator;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a method, a target and an authority, on every version of HTTP. */
final class RequestSyntaxTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/ping", "//", "/a;b=c/d", "/a%20b", "/?", "/?a=b&c=%2F?", "/~!$&'()*+,=:@"})
  void aValidTargetIsRoutedAsItCame(String target) {
    assertSame(target, RequestSyntax.canonicalTarget("GET", target));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "/?filter[a]=1|2, /?filter%5Ba%5D=1%7C2",
    "/?`^{}\\, /?%60%5E%7B%7D%5C",
    "/[a]|b, /%5Ba%5D%7Cb",
    "/`^{}, /%60%5E%7B%7D",
    "/?q=100%, /?q=100%25",
    "/?%2, /?%252",
    "/?%g0&a=%20, /?%25g0&a=%20",
    "/?%%%41, /?%25%25%41",
    "/?%?%, /?%25?%25"
  })
  void whatBrowsersLeaveBareIsEncoded(String target, String routed) {
    assertEquals(routed, RequestSyntax.canonicalTarget("GET", target));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ping",
        "?a",
        "*",
        "http://a/ping",
        "/a b",
        "/a\tb",
        "/a#b",
        "/?a#b",
        "/#",
        "/a\\b",
        "/a\"b",
        "/a<b",
        "/a>b",
        "/?\"",
        "/?<",
        "/?>",
        "/\u0000",
        "/\u007f",
        "/\u00e4",
        "/?\u00e4",
        "/%",
        "/%2",
        "/%zz",
        "/%?a",
        "/%2?a",
        "/%2\u00e4"
      })
  void aMalformedTargetIsRefused(String target) {
    assertThrows(
        IllegalArgumentException.class, () -> RequestSyntax.canonicalTarget("GET", target));
  }

  @ParameterizedTest
  @ValueSource(strings = {"*"})
  void theServerItselfIsAskedForItsOptions(String target) {
    assertSame(target, RequestSyntax.canonicalTarget("OPTIONS", target));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1:80,10.0.0.2:80",
        "10.0.0.1:80%2C10.0.0.2:80",
        "[::1]:80%2C[::2]:80",
        "a",
        "a:80",
        "localhost",
        "a.b.c:1",
        "a.",
        "a_b",
        "a%20b",
        "127.0.0.1:8080",
        "[::1]",
        "[::1]:80",
        "[v1.a]",
        "a:080",
        "~a!$&'()*+,;="
      })
  void aHostWithOrWithoutAPortIsAnAuthority(String text) {
    assertTrue(RequestSyntax.isAuthority(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "u@a",
        "u:p@a",
        "a b",
        " a",
        "a ",
        "a/b",
        "a?b",
        "a#b",
        "a:b",
        "a:",
        ":80",
        "a:80:80",
        "a:80%2C",
        "a:80,",
        "a:80,b:x",
        "a:80,u@b",
        "a:80%2Cb:x",
        "a%2Cu@b",
        "a:-1",
        "::1",
        "[::1",
        "[::1]x",
        "[::1]80",
        "[]",
        "[]:80",
        "a%zz",
        "a\\b",
        "a\u00e4",
        "a\"b",
        "a<b",
        "a|b",
        "a^b",
        "a`b",
        "a{b}",
        "a\u0000",
        "a:8\u0660"
      })
  void everythingElseIsNot(String text) {
    assertFalse(RequestSyntax.isAuthority(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "M-SEARCH", "X1", "!#$%&'*+-.^_`|~"})
  void aTokenInCapitalsIsAMethod(String text) {
    assertTrue(RequestSyntax.isMethod(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "get", "Get", "GE T", "G@T", "G\u00c9T", "G\u0000T", "GET "})
  void everythingElseIsNoMethod(String text) {
    assertFalse(RequestSyntax.isMethod(text));
  }

  /** What is valid here must not be refused by the router behind it, whatever it is. */
  @Property
  void whatIsValidCanBeRouted(
      @ForAll @CharRange(from = '\0', to = '\u00ff') @StringLength(max = 20) String text) {
    String routed;
    try {
      routed = RequestSyntax.canonicalTarget("GET", "/" + text);
    } catch (IllegalArgumentException _) {
      return;
    }
    assertSame(routed, RequestSyntax.canonicalTarget("GET", routed));
    int query = routed.indexOf('?');
    UriPath.create(query < 0 ? routed : routed.substring(0, query)).validate();
    if (query >= 0) {
      UriQuery.create(routed.substring(query + 1), true);
    }
  }

  /** A cheap check comes before Helidon's, and must accept nothing that Helidon refuses. */
  @Property
  void aHostIsAcceptedIfHelidonAcceptsIt(
      @ForAll
          @CharRange(from = '0', to = '2')
          @CharRange(from = 'a', to = 'c')
          @CharRange(from = 'Y', to = 'Z')
          @CharRange(from = '-', to = '.')
          @StringLength(min = 1, max = 12)
          String host,
      @ForAll boolean port) {
    assertEquals(isHost(host), RequestSyntax.isAuthority(port ? host + ":80" : host));
  }

  @Property
  void anAddressIsAcceptedIfHelidonAcceptsIt(
      @ForAll @Size(min = 3, max = 5) List<@IntRange(max = 300) Integer> numbers,
      @ForAll @IntRange(max = 9) int zero,
      @ForAll boolean port) {
    var groups = new ArrayList<>(numbers.stream().map(String::valueOf).toList());
    if (zero < groups.size()) {
      groups.set(zero, "0" + groups.get(zero));
    }
    var host = String.join(".", groups);
    assertEquals(isHost(host), RequestSyntax.isAuthority(port ? host + ":80" : host));
  }

  private static boolean isHost(String host) {
    try {
      UriValidator.validateHost(host);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
