package dev.oneport.gateway.idtoken;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The ID tokens for all upstreams, which are fetched when needed and kept until they get old. */
public final class IdTokens {
  private final InstantSource now;
  private final Map<IdTokenSettings, IdTokenSource> sources = new ConcurrentHashMap<>();
  private final MetadataServer server = new MetadataServer();

  /**
   * Creates an empty set.
   *
   * @param now the time of day, which tokens expire by
   */
  public IdTokens(InstantSource now) {
    this.now = now;
  }

  /**
   * A token; waits if none is known.
   *
   * @throws IOException if none is available; the message says why, for operators
   */
  public String token(IdTokenSettings settings) throws IOException, InterruptedException {
    return sources
        .computeIfAbsent(settings, it -> new IdTokenSource(it, server, now))
        .token()
        .text();
  }

  /** Forgets the tokens of all other upstreams. */
  public void retain(Collection<IdTokenSettings> wanted) {
    Set<IdTokenSettings> kept = new HashSet<>(wanted);
    sources.keySet().retainAll(kept);
  }
}
