package dev.oneport.transport.http1.client;

import dev.oneport.transport.HeaderLine;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;

/** The content of a response, as it arrives. */
public abstract class ResponseContent extends InputStream {
  /** The length of the content, if the server announced it. */
  public abstract OptionalLong length();

  /** How much of it can be read without waiting; it may be less than what is here. */
  @Override
  public abstract int available();

  /** Whether the content was read completely. */
  abstract boolean complete();

  /** The trailer fields, after the content was read completely. */
  public List<HeaderLine> trailers() {
    return List.of();
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public abstract int read(byte[] into, int offset, int length) throws IOException;
}
