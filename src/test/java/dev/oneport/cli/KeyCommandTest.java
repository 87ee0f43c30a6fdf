package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code oneport key new} prints a key and what to configure for it. */
final class KeyCommandTest {
  private record Said(int exitCode, List<String> out, String err) {}

  private static Said key(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var all = Stream.concat(Stream.of("key"), Stream.of(arguments)).toArray(String[]::new);
    var code =
        OnePortCommand.commandLine(Map.of())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all);
    return new Said(code, out.toString().lines().toList(), err.toString());
  }

  @Test
  void aKeyHas256BitsAndIsDescribedByItsDigest() throws Exception {
    var said =
        key("new", "--name", "billing", "--roles", "writer,reader", "--expires", "2027-01-31");
    assertEquals(0, said.exitCode());
    assertEquals(2, said.out().size());
    var key = said.out().getFirst();
    assertTrue(key.startsWith("oneport_"), key);
    assertEquals(32, Base64.getUrlDecoder().decode(key.substring("oneport_".length())).length);
    var digest =
        MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
    assertEquals(
        "billing sha256:"
            + HexFormat.of().formatHex(digest)
            + " role=reader role=writer expires=2027-02-01T00:00:00Z",
        said.out().getLast());
    assertNotEquals(key, key("new", "--name", "billing").out().getFirst());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "new",
        "new --name a,b",
        "new --name a --roles no/role",
        "new --name a --expires tomorrow",
        "new --name a --expires 2027-02-31",
        "old --name a",
        ""
      })
  void whatCannotBeConfiguredIsNotMade(String arguments) {
    var said = key(arguments.isEmpty() ? new String[0] : arguments.split(" "));
    assertEquals(2, said.exitCode());
    assertEquals(List.of(), said.out());
    assertEquals(1, said.err().lines().count(), said.err());
  }
}
