package dev.oneport.testing;

import java.util.List;

/** Calls a probe by its name, over one protocol, with a third-party client. */
public interface Client extends AutoCloseable {
  Reply call(String name, List<HeaderField> headers) throws Exception;

  @Override
  void close();
}
