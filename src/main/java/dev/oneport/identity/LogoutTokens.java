package dev.oneport.identity;

import dev.oneport.identity.Verification.Rejected;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Accepts logout tokens of the issuers that may send them, each once. They are verified with the
 * issuer's keys, within the same bounds as the tokens of calls.
 */
public final class LogoutTokens {
  /** Ends sessions. */
  @FunctionalInterface
  public interface Ending {
    /**
     * Ends them everywhere.
     *
     * @param issuer and the token's number say which logout token asks for it
     * @param until the time from which the token is not accepted
     * @return false if the same token ended them before
     * @throws IOException if that failed; then the token may be sent again
     */
    boolean end(List<EndedSession> sessions, String issuer, String number, Instant until)
        throws IOException;
  }

  private final List<IssuerCheck> checks;
  private final Verifications verifications;
  private final SeenLogouts seen;
  private final Clock clock;

  LogoutTokens(
      Collection<IssuerCheck> checks, Verifications verifications, SeenLogouts seen, Clock clock) {
    this.checks = checks.stream().filter(it -> !it.issuer().logoutAudiences().isEmpty()).toList();
    this.verifications = verifications;
    this.seen = seen;
    this.clock = clock;
  }

  /**
   * Accepts a logout token.
   *
   * @param sender what the cost is charged to
   * @return why it is refused, without any part of it; empty if it was accepted
   * @throws IOException if the sessions could not be ended
   */
  public Optional<String> accept(String text, Sender sender, Ending ending) throws IOException {
    if (text.length() > VerifiedTokens.MAX_LENGTH) {
      return Optional.of("it is too long");
    }
    if (sender.attempts().toWait().isPresent()) {
      return Optional.of("too many invalid tokens of one address");
    }
    var problem = verified(text, sender, ending);
    if (problem.filter(it -> it.problem().blamesClient()).isPresent()) {
      sender.attempts().failed();
    }
    return problem.map(Rejected::detail);
  }

  private Optional<Rejected> verified(String text, Sender sender, Ending ending)
      throws IOException {
    try {
      var token = Token.parse(text);
      var fitting = fitting(token);
      var problem = problem(token, fitting);
      return problem.isPresent() ? problem : verified(token, fitting, sender, ending);
    } catch (MalformedToken e) {
      return Optional.of(Rejected.invalid(e.detail()));
    } catch (RuntimeException e) {
      return Optional.of(Rejected.invalid("it cannot be read"));
    }
  }

  /** The issuers whose logout token it is, if it is one; several may share an {@code iss}. */
  private List<IssuerCheck> fitting(Token token) {
    var id = token.claim("iss");
    return checks.stream()
        .filter(it -> id.filter(it.issuer().ids()::contains).isPresent())
        .filter(it -> new LogoutRules(it.issuer()).audience(token).isPresent())
        .toList();
  }

  /** What is wrong before its signature is looked at. */
  private Optional<Rejected> problem(Token token, List<IssuerCheck> fitting) {
    if (fitting.isEmpty()) {
      return Optional.of(
          Rejected.invalid("no issuer here has its iss, and its aud in logout-audiences"));
    }
    var now = clock.instant();
    for (var check : fitting) {
      var problem = new LogoutRules(check.issuer()).problem(token, now);
      if (problem.isPresent()) {
        return Optional.of(Rejected.invalid(check.issuer().name() + ": " + problem.get()));
      }
      if (seen.has(check.issuer().name(), id(token))) {
        // Its issuer may not have got the answer, and is not to blame.
        return Optional.of(new Rejected(TokenProblem.REVOKED, SeenLogouts.SEEN));
      }
    }
    return Optional.empty();
  }

  private Optional<Rejected> verified(
      Token token, List<IssuerCheck> fitting, Sender sender, Ending ending) throws IOException {
    var sessions = new ArrayList<EndedSession>();
    for (var check : fitting) {
      var problem =
          verifications
              .admit(sender.connection(), () -> check.logoutProblem(token, sender))
              .orElse(
                  Optional.of(
                      new Rejected(TokenProblem.TOO_MANY, "too many tokens wait to be verified")));
      if (problem.isPresent()) {
        return problem;
      }
      sessions.add(ended(check.issuer(), token));
    }
    return end(token, fitting, sessions, ending);
  }

  private Optional<Rejected> end(
      Token token, List<IssuerCheck> fitting, List<EndedSession> sessions, Ending ending)
      throws IOException {
    var issuer = fitting.getFirst().issuer();
    var until = new LogoutRules(issuer).until(token);
    var problem = seen.claim(issuer.name(), id(token), until, clock.instant());
    if (problem.isPresent()) {
      return Optional.of(new Rejected(TokenProblem.TOO_MANY, problem.get()));
    }
    var done = false;
    try {
      var first = ending.end(sessions, issuer.name(), id(token), until);
      done = true;
      return first
          ? Optional.empty()
          : Optional.of(new Rejected(TokenProblem.REVOKED, SeenLogouts.SEEN));
    } finally {
      if (!done) {
        seen.forget(issuer.name(), id(token));
      }
    }
  }

  private static EndedSession ended(Issuer issuer, Token token) {
    return new EndedSession(
        issuer.name(),
        token.claim("sub").orElse(""),
        token.claim("sid").orElse(""),
        token.time("iat").orElseThrow());
  }

  private static String id(Token token) {
    return token.claim("jti").orElseThrow();
  }
}
