package dev.oneport.gateway;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.gate.FailedCall;
import dev.oneport.gateway.ForwardedIdentity.OwnToken;
import dev.oneport.gateway.assertion.AssertionKeys;
import dev.oneport.gateway.assertion.AssertionSigner;
import dev.oneport.gateway.idtoken.IdTokenSettings;
import dev.oneport.gateway.idtoken.IdTokens;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Creates the rules about the caller for each upstream of one configuration. */
public final class ForwardedIdentities {
  private final Forwards forwards;
  private final Set<String> reserved;
  private final Set<String> tokenHeaders;
  private final Function<Caller, List<String>> roles;
  private final AssertionKeys keys;
  private final InstantSource now;
  private final IdTokens tokens;

  /**
   * Creates the factory.
   *
   * @param tokenHeaders the headers besides {@code Authorization} that carry issuers' tokens
   * @param certificateHeaders the headers in which proxies forward clients' certificates
   * @param roles returns a caller's roles, including those that the policy adds
   * @param keys the keys of assertions
   * @param now the time of day
   * @param tokens the server's own tokens
   */
  public ForwardedIdentities(
      Forwards forwards,
      Set<String> tokenHeaders,
      Set<String> certificateHeaders,
      Function<Caller, List<String>> roles,
      AssertionKeys keys,
      InstantSource now,
      IdTokens tokens) {
    this.forwards = forwards;
    this.tokenHeaders = Set.copyOf(tokenHeaders);
    this.reserved = new HashSet<>(certificateHeaders);
    reserved.addAll(forwards.identityHeaders());
    this.roles = roles;
    this.keys = keys;
    this.now = now;
    this.tokens = tokens;
  }

  /** The rules for one upstream. */
  ForwardedIdentity of(Upstream upstream) {
    var issuer = forwards.signing().issuer();
    return new ForwardedIdentity(
        upstream.identity(),
        reserved,
        tokenHeaders,
        roles,
        upstream.assertion().map(it -> new AssertionSigner(keys, issuer, it, now)),
        upstream
            .idToken()
            .map(it -> new OwnToken(it.header(), () -> "Bearer " + token(upstream.name(), it))));
  }

  private String token(String upstream, IdTokenSettings settings) {
    try {
      return tokens.token(settings);
    } catch (IOException e) {
      throw new FailedCall(Reason.UPSTREAM_UNAVAILABLE, upstream + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedCall(Reason.UPSTREAM_UNAVAILABLE, upstream + ": the call ended", e);
    }
  }
}
