package dev.oneport.identity;

import java.io.IOException;
import java.io.Serial;

/**
 * An issuer's answer about one token that says nothing of it; others may be answered well. Clients
 * choose the tokens, so such an answer must not keep the issuer from being asked about others.
 */
final class UnclearAnswer extends IOException {
  @Serial private static final long serialVersionUID = 1;

  UnclearAnswer(String message) {
    super(message);
  }
}
