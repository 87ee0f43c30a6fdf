package dev.oneport.identity;

import java.io.Serial;

/** A text does not have the form of a token; the detail says why and contains no part of it. */
final class MalformedToken extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final String detail;

  MalformedToken(String detail) {
    super(detail, null, false, false);
    this.detail = detail;
  }

  String detail() {
    return detail;
  }
}
