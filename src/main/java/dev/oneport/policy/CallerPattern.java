package dev.oneport.policy;

import dev.oneport.config.Literal;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The callers that a text with one {@code *} names: {@code *@corp.example}, {@code
 * system:serviceaccount:prod:*}. The star stands for any text that is not empty. It never stands
 * for a part of an issuer's {@code caller-prefix}, so that a pattern is about callers of the
 * issuers whose prefix it begins with, and of no others.
 *
 * @param head the text in front of the star
 * @param tail the text behind it
 */
public record CallerPattern(String head, String tail) {
  private static final char STAR = '*';
  private static final Set<String> RESERVED = Set.of("anyone", "authenticated");

  /** Reads a pattern; empty if the text is not one. */
  static Optional<CallerPattern> parse(String text) {
    int star = text.indexOf(STAR);
    return star < 0
        ? Optional.empty()
        : Optional.of(new CallerPattern(text.substring(0, star), text.substring(star + 1)));
  }

  /**
   * What is wrong with a text that names callers.
   *
   * @param roles the names of roles, which may stand there too
   * @param tokens what tokens can name
   */
  static Optional<String> problem(String text, Set<String> roles, TokenNames tokens) {
    return problem(text, roles, tokens, Set.of());
  }

  /**
   * The same where only some issuers' credentials decide.
   *
   * @param issuers their names in callers; all if empty
   */
  static Optional<String> problem(
      String text, Set<String> roles, TokenNames tokens, Set<String> issuers) {
    if (text.startsWith(Literal.EXACT)) {
      return misnamed(text, Literal.of(text), tokens, issuers);
    }
    if (roles.contains(text) || RESERVED.contains(text)) {
      return Optional.empty();
    }
    var name = text.startsWith(Subject.CALLER) ? text.substring(Subject.CALLER.length()) : text;
    return Literal.problem(text, String.valueOf(STAR), Subject.INSTEAD)
        .or(
            () ->
                parse(name)
                    .flatMap(pattern -> pattern.problem(tokens, issuers))
                    .map(problem -> "'" + text + "' " + problem))
        .or(
            () ->
                parse(name).isEmpty() && Subject.names(text)
                    ? misnamed(text, name, tokens, issuers)
                    : Optional.empty());
  }

  /** Why a name is no caller of any issuer. */
  static Optional<String> misnamed(
      String text, String name, TokenNames tokens, Set<String> issuers) {
    return (name.equals(name.strip()) && !name.isEmpty()
            ? tokens.callerProblem().name(name, issuers)
            : Optional.of("must not begin or end with a blank"))
        .map(problem -> "'" + text + "' names no caller: it " + problem);
  }

  /**
   * Why a text that names callers may name nobody after all; empty if there is no reason to think
   * so. E-mail addresses are compared exactly, but most people take them for the same in any case.
   */
  static Optional<String> doubt(Subject subject, TokenNames tokens) {
    var text =
        switch (subject) {
          case Subject.Named(var name) -> name;
          case Subject.Matching(var pattern) -> pattern.toString();
          case Subject.Anyone _, Subject.Authenticated _, Subject.Role _ -> "";
        };
    var own = text.substring(tokens.prefix(text).length());
    return own.indexOf('@') >= 0
            && !own.equals(own.toLowerCase(Locale.ROOT))
            && tokens.callerProblem().isAddress(text)
        ? Optional.of(
            "'"
                + text
                + "' has capital letters: it does not name the address in small letters, which is"
                + " how issuers mostly write it")
        : Optional.empty();
  }

  private Optional<String> problem(TokenNames tokens, Set<String> issuers) {
    var prefixes = tokens.callerPrefixes();
    if (tail.indexOf(STAR) >= 0) {
      return Optional.of("has more than one *");
    }
    if (head.isEmpty() && tail.isEmpty()) {
      return Optional.of("is every caller with a token; write authenticated");
    }
    if (isWord(head, head.length() - 1) || isWord(tail, 0)) {
      return Optional.of(
          "has a * beside a letter or digit, so that repo:org* would be repo:org2/app as well; put"
              + " it behind or before a character such as @ : / . or -");
    }
    return prefixes.isEmpty() || prefixes.stream().anyMatch(head::startsWith)
        ? tokens.callerProblem().pattern(head, tail, issuers).map("names no caller: it "::concat)
        : Optional.of(
            "names no caller: it must begin with an issuer's caller-prefix, and these are "
                + String.join(", ", prefixes.stream().sorted().toList()));
  }

  private static boolean isWord(String text, int at) {
    return at >= 0 && at < text.length() && Character.isLetterOrDigit(text.charAt(at));
  }

  /**
   * Whether it names a caller.
   *
   * @param prefix the issuer's {@code caller-prefix}, with which the name begins
   */
  boolean matches(String name, String prefix) {
    return name.length() > head.length() + tail.length()
        && name.startsWith(head)
        && name.endsWith(tail)
        && head.startsWith(prefix);
  }

  @Override
  public String toString() {
    return head + STAR + tail;
  }
}
