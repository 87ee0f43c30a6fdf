package dev.oneport.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Caller;
import dev.oneport.identity.IssuerKind;
import dev.oneport.identity.TokenIdentity;
import dev.oneport.identity.Verification.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which credentials fall under a revocation. */
final class RevocationIndexTest {
  private static final Instant ISSUED = Instant.parse("2026-11-29T12:00:00Z");
  private static final Duration LEEWAY = Duration.ofMinutes(1);

  /**
   * A line, in which {@code '} stands for a quote, and what differs in the token from one of
   * subject 1, session s, id j.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "its caller             | 'caller':'alice'                              | 0     |     | true",
        "another caller         | 'caller':'bob'                                | 0     |     | false",
        "a caller in capitals   | 'caller':'Alice'                              | 0     |     | false",
        "its issuer             | 'issuer':'google'                             | 0     |     | true",
        "another issuer         | 'issuer':'okta'                               | 0     |     | false",
        "its session            | 'session':'s'                                 | 0     |     | true",
        "another session        | 'session':'t'                                 | 0     |     | false",
        "its id                 | 'token-id':'j'                                | 0     |     | true",
        "another id             | 'token-id':'k'                                | 0     |     | false",
        "both                   | 'issuer':'google','caller':'alice'            | 0     |     | true",
        "the issuer only        | 'issuer':'google','caller':'bob'              | 0     |     | false",
        "the caller only        | 'issuer':'okta','caller':'alice'              | 0     |     | false",
        "its subject            | 'issuer':'google','subject':'1'               | 0     |     | true",
        "another's subject      | 'issuer':'okta','subject':'1'                 | 0     |     | false",
        "subject and session    | 'issuer':'google','subject':'1','session':'s' | 0     |     | true",
        "the subject's other    | 'issuer':'google','subject':'1','session':'t' | 0     |     | false",
        "it names no session    | 'issuer':'google','subject':'1','session':'t' | 0     | sid | true",
        "session alone, without | 'session':'s'                                 | 0     | sid | false",
        "an id, without one     | 'token-id':'j'                                | 0     | jti | false",
        "issued later           | 'caller':'alice'                              | -61   |     | false",
        "at the leeway's end    | 'caller':'alice'                              | -60   |     | false",
        "within the leeway      | 'caller':'alice'                              | -59   |     | true",
        "issued at no time      | 'caller':'alice'                              | -9999 | iat | true"
      })
  void falls(String name, String line, int after, String without, boolean expected) {
    var text = "{" + line.replace('\'', '"') + ",\"before\":\"" + ISSUED.plusSeconds(after) + "\"}";
    var read = RevocationText.parse(text);
    assertEquals(List.of(), read.problems());
    var index = new RevocationIndex(RevocationText.newest(Map.of(), read.revocations()), LEEWAY);
    var token = token(without == null ? "" : without);
    assertEquals(expected, index.of(token).isPresent(), name);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void theNewestOfSeveralCounts(boolean order) {
    var selector = new Selector(Map.of(Trait.CALLER, "alice"));
    var early = new Revocation(selector, ISSUED.minusSeconds(1_000));
    var late = new Revocation(selector, ISSUED.plusSeconds(1_000));
    var both = order ? List.of(early, late) : List.of(late, early);
    var index = new RevocationIndex(RevocationText.newest(Map.of(), both), Duration.ZERO);
    assertEquals(Optional.of(late), index.of(token("")));
  }

  private static Verified token(String without) {
    return new Verified(
        new Caller("alice", "google", Set.of()),
        Instant.MAX,
        () -> true,
        IssuerKind.TOKEN,
        Optional.empty(),
        new TokenIdentity(
            "1",
            without.equals("sid") ? "" : "s",
            without.equals("jti") ? "" : "j",
            without.equals("iat") ? Instant.MIN : ISSUED));
  }
}
