package dev.oneport.client;

import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Checks the usual causes of trouble between a client and a server, from the host name to streams,
 * and reports a finding for each.
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
   * @param tokens where the token comes from; {@link TokenSource#none()} to examine without one
   * @param audience the audience that the token should have; empty to accept any
   * @param timeout for each step
   * @param service creates the checks of a service's calls
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
   * @param found receives each finding as soon as its check is done
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

  /**
   * Checks name, TCP and TLS; false if no connection can be made, so that further checks are
   * useless.
   */
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
      found.accept(
          Finding.skipped("tls", "the address asks for plaintext, so there is no ALPN either"));
      return true;
    }
    var tls = new TlsCheck(endpoint, trust, timeout, clock).run();
    tls.forEach(found);
    return tls.getFirst().works();
  }

  private void calls(Consumer<Finding> found) throws InterruptedException {
    try (var plain = client(TokenSource.none());
        var client = client(tokens);
        var http =
            HttpClient.newBuilder().sslContext(trust.context()).connectTimeout(timeout).build()) {
      var answers = new HttpChecks(endpoint, http, clock, timeout).run();
      answers.forEach(found);
      var http2 =
          new Http2Probe(endpoint, trust, timeout)
              .run()
              .map(failure -> Finding.wrong("http/2", failure))
              .orElseGet(() -> Finding.good("http/2", "available, as gRPC needs it"));
      found.accept(http2);
      var token = new TokenCheck(tokens, audience, clock).run();
      found.accept(token);
      var checks = service.of(plain, client, token.works(), timeout);
      if (http2.works()) {
        checks.grpc(found);
      } else {
        found.accept(Finding.skipped("grpc", "it needs HTTP/2"));
      }
      found.accept(
          answers.getFirst().works()
              ? checks.webSocket()
              : Finding.skipped("websocket", "it begins with an HTTP/1.1 request, which fails"));
    }
  }

  /** Without retries: a failure that comes and goes must show, too. */
  private OnePortClient client(TokenSource source) {
    return OnePortClient.to(endpoint)
        .trust(trust)
        .tokens(source)
        .timeout(timeout)
        .rules(RetryRules.DEFAULT.withPatience(Duration.ZERO))
        .build();
  }
}
