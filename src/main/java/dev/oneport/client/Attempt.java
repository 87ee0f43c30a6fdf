package dev.oneport.client;

import java.util.Optional;

/** One try of a call. */
interface Attempt {
  /** The token to make it with. */
  Optional<BearerToken> token();

  /** Says that the call got somewhere: what fails after this fails anew. */
  void progressed();
}
