package dev.oneport.policy;

import dev.oneport.config.Literal;
import java.util.Optional;
import java.util.Set;

/** The callers that a rule allows. */
public sealed interface Subject {
  /** The prefix of a caller whose name looks like a role. */
  String CALLER = "caller:";

  /** What to write instead of a pattern. */
  String INSTEAD = "name each caller, or a role that tokens bring";

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

  /** Callers that the policy lists under this role, or whose token brings it. */
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
    if (text.startsWith(CALLER)) {
      return Optional.of(new Named(text.substring(CALLER.length())));
    }
    return looksLikeACaller(text) ? Optional.of(new Named(text)) : Optional.empty();
  }

  /** The caller that a role's member is; empty if it is something else. */
  static Optional<String> caller(String text) {
    if (text.startsWith(Literal.EXACT)) {
      return Optional.of(Literal.of(text));
    }
    if (text.startsWith(CALLER)) {
      return Optional.of(text.substring(CALLER.length()));
    }
    return text.equals("anyone") || text.equals("authenticated")
        ? Optional.empty()
        : Optional.of(text);
  }

  private static boolean looksLikeACaller(String text) {
    return text.matches(".*[@:/.].*");
  }
}
