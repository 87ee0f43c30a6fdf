package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Reason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client knows each of the server's reasons, and reacts as the server intends. */
final class ServerReasonsTest {
  @ParameterizedTest
  @EnumSource
  void aCallIsRetriedIfTheServerSaysThatThisHelps(Reason reason) {
    var problem = RetryRules.ofReason(reason.name());
    assertTrue(problem.isPresent());
    assertEquals(reason.temporary(), problem.get().verdict() == Verdict.RETRY);
  }

  @ParameterizedTest
  @EnumSource
  void aStatusWithoutItsReasonMeansTheSame(Reason reason) {
    assertEquals(reason.temporary(), RetryRules.ofHttp(reason.http()).verdict() == Verdict.RETRY);
  }
}
