package dev.oneport.gateway;

/** An upstream that did not describe its services; the message says why. */
final class ReflectionFailure extends Exception {
  private static final long serialVersionUID = 1;

  /** Whether asking again is of use. */
  enum Kind {
    /** The upstream cannot be reached, or does not answer properly now. */
    PASSING,
    /** This version of reflection is not implemented; another may be. */
    UNIMPLEMENTED,
    /** The upstream refuses to describe its services. */
    LASTING
  }

  private final Kind kind;

  ReflectionFailure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
