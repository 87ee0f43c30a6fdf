package dev.oneport.transport.connect;

import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.GrpcFailure;

/** A text that is written piece by piece, with a limit. */
final class BoundedText implements Appendable {
  private final StringBuilder text = new StringBuilder();
  private final long most;

  /**
   * An empty text.
   *
   * @param most its longest length, in characters
   */
  BoundedText(long most) {
    this.most = most;
  }

  @Override
  public Appendable append(CharSequence part) {
    return append(part, 0, part.length());
  }

  @Override
  public Appendable append(CharSequence part, int start, int end) {
    check(end - start);
    text.append(part, start, end);
    return this;
  }

  @Override
  public Appendable append(char character) {
    check(1);
    text.append(character);
    return this;
  }

  private void check(int more) {
    if (text.length() + (long) more > most) {
      throw new CallFailure(
          GrpcFailure.MESSAGE_TOO_LARGE, "a message of more than " + most + " characters in JSON");
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
