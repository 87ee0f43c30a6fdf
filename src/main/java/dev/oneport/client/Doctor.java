package dev.oneport.client;

import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Goes through what usually goes wrong between a client and a server, from the name to the last
 * stream, and says of each thing what it found.
 */
public final class Doctor {
  private final Endpoint endpoint;
  private final Trust trust;
  private final TokenSource tokens;
  private final String audience;
  private final Duration timeout;
  private final Clock clock;
  private final CallChecks.Factory service;

  /**
   * A doctor for one server.
   *
   * @param tokens where the token comes from; {@link TokenSource#none()} for an examination without
   * @param audience whom the token should be meant for; empty if that does not matter
   * @param timeout for each step
   * @param service whose calls to examine
   */
  public Doctor(
      Endpoint endpoint,
      Trust trust,
      TokenSource tokens,
      String audience,
      Duration timeout,
      Clock clock,
      CallChecks.Factory service) {
    this.endpoint = endpoint;
    this.trust = trust;
    this.tokens = tokens;
    this.audience = audience;
    this.timeout = timeout;
    this.clock = clock;
    this.service = service;
  }

  /**
   * Examines the server.
   *
   * @param found gets each finding as soon as it is there
   * @return whether nothing is wrong
   */
  public boolean examine(Consumer<Finding> found) throws InterruptedException {
    var findings = new ArrayList<Finding>();
    Consumer<Finding> both =
        finding -> {
          findings.add(finding);
          found.accept(finding);
        };
    if (connection(both)) {
      calls(both);
    }
    return findings.stream().noneMatch(finding -> finding.grade() == Finding.Grade.WRONG);
  }

  /** Whether there is a connection to go on with. */
  private boolean connection(Consumer<Finding> found) {
    var network = new NetworkChecks(endpoint, timeout);
    for (var check : List.of("dns", "tcp")) {
      var finding = check.equals("dns") ? network.dns() : network.tcp();
      found.accept(finding);
      if (!finding.works()) {
        return false;
      }
    }
    if (!endpoint.secure()) {
      found.accept(Finding.skipped("tls", "plaintext was asked for, so there is no ALPN either"));
      return true;
    }
    var tls = new TlsCheck(endpoint, trust, timeout, clock).look();
    tls.forEach(found);
    return tls.getFirst().works();
  }

  private void calls(Consumer<Finding> found) throws InterruptedException {
    try (var plain = client(TokenSource.none());
        var client = client(tokens);
        var http =
            HttpClient.newBuilder().sslContext(trust.context()).connectTimeout(timeout).build()) {
      var answers = new HttpChecks(endpoint, http, clock, timeout).look();
      answers.forEach(found);
      var http2 =
          new Http2Probe(endpoint, trust, timeout)
              .look()
              .map(failure -> Finding.wrong("http/2", failure))
              .orElseGet(() -> Finding.good("http/2", "spoken, as gRPC needs it"));
      found.accept(http2);
      var token = new TokenCheck(tokens, audience, clock).look();
      found.accept(token);
      var checks = service.of(plain, client, token.works(), timeout);
      if (http2.works()) {
        checks.grpc(found);
      } else {
        found.accept(Finding.skipped("grpc", "without HTTP/2 there is none"));
      }
      found.accept(
          answers.getFirst().works()
              ? checks.webSocket()
              : Finding.skipped("websocket", "it begins with HTTP/1.1, which fails"));
    }
  }

  /** Each thing is tried once: what comes and goes is worth knowing. */
  private OnePortClient client(TokenSource source) {
    return OnePortClient.to(endpoint)
        .trust(trust)
        .tokens(source)
        .timeout(timeout)
        .rules(RetryRules.DEFAULT.withPatience(Duration.ZERO))
        .build();
  }
}
