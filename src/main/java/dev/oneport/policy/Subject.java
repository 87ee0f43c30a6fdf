package dev.oneport.policy;

import dev.oneport.config.Literal;
import java.util.Optional;
import java.util.Set;

/** The callers that a rule allows. */
public sealed interface Subject {
  /** The prefix for callers whose names look like roles. */
  String CALLER = "caller:";

  /** What to write instead of a character that has no meaning. */
  String INSTEAD = "name each caller, a pattern such as *@corp.example, or a role";

  /** Every caller, with or without a token; tokens are not checked. */
  record Anyone() implements Subject {
    @Override
    public String toString() {
      return "anyone";
    }
  }

  /** Callers with a valid token of any trusted issuer. */
  record Authenticated() implements Subject {
    @Override
    public String toString() {
      return "authenticated";
    }
  }

  /** Callers that the policy lists under this role, or whose token contains it. */
  record Role(String name) implements Subject {
    @Override
    public String toString() {
      return name;
    }
  }

  /** One caller by name. */
  record Named(String caller) implements Subject {
    @Override
    public String toString() {
      var written = Literal.written(caller);
      return looksLikeACaller(written) ? written : CALLER + caller;
    }
  }

  /** Callers by a pattern of their names. */
  record Matching(CallerPattern pattern) implements Subject {
    @Override
    public String toString() {
      return pattern.toString();
    }
  }

  /** Reads a subject of a rule; empty if it is neither a known role nor clearly a caller. */
  static Optional<Subject> parse(String text, Set<String> roles) {
    if (text.startsWith(Literal.EXACT)) {
      return Optional.of(new Named(Literal.of(text)));
    }
    if (text.equals("anyone")) {
      return Optional.of(new Anyone());
    }
    if (text.equals("authenticated")) {
      return Optional.of(new Authenticated());
    }
    if (roles.contains(text)) {
      return Optional.of(new Role(text));
    }
    return text.startsWith(CALLER) || looksLikeACaller(text) ? caller(text) : Optional.empty();
  }

  /** The caller or callers that a role's member is; empty if it is something else. */
  static Optional<Subject> caller(String text) {
    if (text.startsWith(Literal.EXACT)) {
      return Optional.of(new Named(Literal.of(text)));
    }
    if (text.equals("anyone") || text.equals("authenticated")) {
      return Optional.empty();
    }
    var name = text.startsWith(CALLER) ? text.substring(CALLER.length()) : text;
    return CallerPattern.parse(name)
        .<Subject>map(Matching::new)
        .or(() -> Optional.of(new Named(name)));
  }

  /** Whether a text clearly names a caller. */
  static boolean names(String text) {
    return text.startsWith(CALLER) || looksLikeACaller(text);
  }

  /** Whether a text looks like the name of a role. */
  static boolean isBare(String text) {
    return !text.startsWith(Literal.EXACT) && !looksLikeACaller(text);
  }

  private static boolean looksLikeACaller(String text) {
    return text.matches(".*[@:/.*].*");
  }
}
