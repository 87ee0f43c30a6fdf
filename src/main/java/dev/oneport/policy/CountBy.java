package dev.oneport.policy;

import java.util.Optional;

/** What a quota counts by: each caller, role, claim's value or address has a separate budget. */
public sealed interface CountBy {
  /** The prefix of the name of a claim. */
  String CLAIMS = "claims.";

  /** Counts each caller. */
  record EachCaller() implements CountBy {
    @Override
    public String toString() {
      return "caller";
    }
  }

  /** Counts all callers of a role together. */
  record EachRole() implements CountBy {
    @Override
    public String toString() {
      return "role";
    }
  }

  /** Counts all callers of an issuer whose tokens have the same value of a claim. */
  record EachClaim(String name) implements CountBy {
    @Override
    public String toString() {
      return CLAIMS + name;
    }
  }

  /** Counts all callers of an IPv4 address, or of the first 64 bits of an IPv6 address. */
  record EachAddress() implements CountBy {
    @Override
    public String toString() {
      return "address";
    }
  }

  /** Whether clients may come with any number of values. */
  default boolean isUnbounded() {
    return this instanceof EachClaim || this instanceof EachAddress;
  }

  /** Reads what to count by; empty if it is none of these. */
  static Optional<CountBy> parse(String text) {
    return switch (text) {
      case "caller" -> Optional.of(new EachCaller());
      case "role" -> Optional.of(new EachRole());
      case "address" -> Optional.of(new EachAddress());
      default ->
          text.startsWith(CLAIMS) && text.length() > CLAIMS.length()
              ? Optional.of(new EachClaim(text.substring(CLAIMS.length())))
              : Optional.empty();
    };
  }
}
