package dev.oneport.builtins;

import java.util.Map;

/** The listener's counts for the metrics. */
public interface OpenConnections {
  /** Open connections by protocol; gRPC counts as HTTP/2. */
  Map<String, Integer> connections();

  /** Open HTTP/2 streams. */
  long streams();
}
