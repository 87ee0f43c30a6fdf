package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Protocol;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.fleet.FleetQuotas;
import dev.oneport.gate.Decision.Allowed;
import dev.oneport.gate.Decision.Denied;
import dev.oneport.gate.QuotaCheck.Counted;
import dev.oneport.identity.ClientCertificate;
import dev.oneport.identity.CredentialPlaces;
import dev.oneport.identity.IssuerKind;
import dev.oneport.identity.LogoutTokens;
import dev.oneport.identity.PresentedToken;
import dev.oneport.identity.Sender;
import dev.oneport.identity.TokenProblem;
import dev.oneport.identity.TrustedCredentials;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.policy.Policy;
import dev.oneport.policy.Rule;
import dev.oneport.policy.Ruling;
import dev.oneport.proxies.Client;
import dev.oneport.time.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Decides every call on every protocol, and checks open calls again. Nothing else decides. */
public final class Gate implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Gate.class.getName());

  /** The retry delay that clients are told by default. */
  static final Duration RETRY = Duration.ofSeconds(1);

  /** The caller of an open route, who needs no token. */
  private static final Verified ANYONE = new Verified(Caller.ANONYMOUS, Instant.MAX, () -> true);

  private final Perimeter perimeter;
  private final Predicate<Route> vital;
  private final Permits permits;
  private final Leases leases;
  private final CallsInFlight inFlight;
  private final Clocks clocks;
  private final QuotaCheck quotas;
  private final UnclearCalls unclearCalls = new UnclearCalls();
  private final RecentTokens recent = new RecentTokens();
  private final ShadowLog shadows = new ShadowLog();
  private volatile Terms terms;
  private volatile boolean draining;

  /**
   * A gate for one server.
   *
   * @param places where requests may carry credentials of these issuers, or of all for an empty set
   * @param perimeter the check of every request except on vital routes, where a probe may name the
   *     host by its address
   * @param maxCalls how many calls may be open at once, of all protocols together
   * @param vital routes with a separate limit of the same size, so that they are answered even at
   *     the limit
   * @param longest how long a call may last; zero for no limit
   * @param fleet counts quotas of the fleet; empty if the policy has none
   */
  public Gate(
      TrustedCredentials trusted,
      Function<Set<String>, CredentialPlaces> places,
      Policy policy,
      Perimeter perimeter,
      int maxCalls,
      Predicate<Route> vital,
      Duration longest,
      Optional<FleetQuotas> fleet,
      Clocks clocks) {
    this.quotas = new QuotaCheck(fleet);
    this.perimeter = perimeter;
    this.vital = vital;
    this.permits = new Permits(maxCalls, vital);
    this.terms = Terms.of(trusted, places, policy);
    this.clocks = clocks;
    this.inFlight = new CallsInFlight(trusted.revoked().possible());
    this.leases = new Leases(permits, this::recheck, longest, clocks.steady());
  }

  /** Replaces the policy and the issuers. */
  public void replacePolicy(
      TrustedCredentials trusted, Function<Set<String>, CredentialPlaces> places, Policy policy) {
    terms = Terms.of(trusted, places, policy);
  }

  /**
   * Refuses new streams and sockets, and ends open ones, because the server is stopping. Other
   * calls that still arrive are answered.
   */
  public void drain() {
    draining = true;
    leases.endAll(Reason.DRAINING);
  }

  /** Checks open calls at once, because credentials were revoked. */
  public void recheckNow() {
    leases.sweepSoon();
    inFlight.cutOff(this::isRevoked);
  }

  /** How many calls are open. */
  public int calls() {
    return permits.calls();
  }

  /** How many streams, sockets and streamed responses are open. */
  public int leases() {
    return leases.size();
  }

  /** How many connections were refused because their address had too many. */
  public long refusedConnections() {
    return perimeter.limits().refusedConnections();
  }

  /** The current policy. */
  public Policy policy() {
    return terms.policy();
  }

  LogoutTokens logouts() {
    return terms.trusted().logouts();
  }

  /** The check of every request's client and host. */
  public Perimeter perimeter() {
    return perimeter;
  }

  /**
   * The credential that decides a request.
   *
   * @param route what it is for; null if that is not known
   * @param headers gives all values of a header, by its name in lower case
   * @param others tokens that came in another way
   * @param peer the other end of the connection
   */
  Credential credential(
      @Nullable Route route,
      Function<String, List<String>> headers,
      List<String> others,
      Peer peer) {
    var now = terms;
    var trusted = peer.address() != null && perimeter.proxies().trusts(peer.address());
    var shown = now.trusted().certificates().shown(peer.certificate(), trusted, headers);
    return Credential.of(headers, now.places(route), others, shown, recent);
  }

  /**
   * Decides a short call, and records it if it is denied.
   *
   * @param connection the connection that the call came on; the cost of its unverified tokens is
   *     bounded
   */
  Decision admit(CallWatch call, Credential credential, Object connection) {
    return switch (decide(call, credential, connection)) {
      case Denied denied -> {
        call.denied(denied);
        yield denied;
      }
      case Allowed(var admission) -> {
        inFlight.add(admission);
        // A revocation that was heard before that has missed it.
        yield isRevoked(admission.holder()) ? revoked(admission) : new Allowed(admission);
      }
    };
  }

  private static Denied revoked(Admission admission) {
    return admission.deny(
        new Denied(
            Reason.ACCESS_TOKEN_REVOKED,
            admission.caller(),
            "it was revoked while the call was decided",
            Duration.ZERO));
  }

  /**
   * Decides a call that stays open, and records it if it is denied; if allowed, its admission has a
   * lease.
   */
  Decision admitStream(CallWatch call, Credential credential, Object connection) {
    if (draining) {
      var denied = stopping();
      call.denied(denied);
      return denied;
    }
    return switch (admit(call, credential, connection)) {
      case Denied denied -> denied;
      case Allowed(var admission) when !admission.stayOpen() ->
          admission.deny(
              new Denied(
                  Reason.LIMIT_EXCEEDED, admission.caller(), "too many open streams", RETRY));
      // A call that begins while all leases are being ended might be missed.
      case Allowed(var admission) when draining -> admission.deny(stopping());
      // So might one whose credential is being revoked.
      case Allowed(var admission) when isRevoked(admission.holder()) -> revoked(admission);
      case Allowed allowed -> allowed;
    };
  }

  /**
   * Opens a lease for a call that was admitted as a short one; returns the reason if it may not
   * stay open.
   */
  Optional<Reason> stayOpen(Admission admission) {
    if (!admission.stayOpenUnlessClosed()) {
      return Optional.of(Reason.LIMIT_EXCEEDED);
    }
    if (isRevoked(admission.holder())) {
      return Optional.of(Reason.ACCESS_TOKEN_REVOKED);
    }
    return draining ? Optional.of(Reason.DRAINING) : Optional.empty();
  }

  private boolean isRevoked(Verified holder) {
    return terms.trusted().revoked().cause(holder).isPresent();
  }

  UnclearCalls unclearCalls() {
    return unclearCalls;
  }

  private static Denied stopping() {
    return denied(Reason.DRAINING, "the server is stopping");
  }

  /** Any failure to decide denies the call. */
  private Decision decide(CallWatch call, Credential credential, Object connection) {
    var route = call.route();
    var turnedAway = turnedAway(call);
    if (turnedAway.isPresent()) {
      return turnedAway.get();
    }
    if (!permits.tryAcquire(route)) {
      return denied(Reason.LIMIT_EXCEEDED, "too many calls at once");
    }
    var allowed = false;
    try {
      var decision = decide(terms, call, credential, connection);
      allowed = decision instanceof Allowed;
      return decision;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "deciding a call on " + route + " failed", e);
      return denied(Reason.INTERNAL, "it could not be decided");
    } finally {
      if (!allowed) {
        permits.release(route);
      }
    }
  }

  /**
   * Refuses a request for a host that the server does not answer to, or by an address that makes
   * too many.
   */
  Optional<Denied> turnedAway(CallWatch call) {
    if (vital.test(call.route())) {
      return Optional.empty();
    }
    return perimeter.turnedAway(call.arrival());
  }

  /** Identifies the caller by a credential, as calls do; does not say what the caller may do. */
  Identified identify(Credential credential, Sender sender) {
    return terms.identify(credential, sender);
  }

  /**
   * The current verdict for a client on each mounted route. Decided as calls are, but nothing is
   * counted, and quotas and limits are not checked.
   *
   * @param credentials gives the credential that decides on a route
   */
  List<Permission> permissions(Function<Route, Credential> credentials, Sender sender) {
    return terms.permissions(credentials, sender, clocks.wall().instant());
  }

  /**
   * Renews a lease with a fresh token.
   *
   * @param client who sent it
   * @param shown the certificate of the lease's client
   * @return why it was not renewed; empty if it was. If the reason is {@link Reason#temporary()},
   *     the lease stays as it is
   */
  Optional<Reason> renew(
      Lease lease, String token, Client client, Optional<ClientCertificate> shown) {
    var sender = new Sender(lease, perimeter.attempts(client));
    return switch (terms
        .trusted()
        .tokens()
        .verify(new PresentedToken(token, Optional.empty()), sender, shown)) {
      case Verified fresh ->
          lease.renew(fresh) ? recheck(lease) : Optional.of(Reason.CALLER_NOT_ALLOWED);
      case Rejected(var problem, _, _) -> Optional.of(Terms.reason(IssuerKind.TOKEN, problem));
    };
  }

  /** Why an open call may not continue; empty if it may. */
  Optional<Reason> recheck(Lease lease) {
    if (lease.isTooLong()) {
      return Optional.of(Reason.LIMIT_EXCEEDED);
    }
    var policy = terms.policy();
    var facts = lease.facts();
    var untold = policy.decideForAnyone(facts);
    if (untold.isPresent()) {
      return untold.get().allowed() ? Optional.empty() : Optional.of(Reason.CALLER_NOT_ALLOWED);
    }
    var holder = lease.holder();
    if (holder.caller().anonymous()) {
      return Optional.of(Reason.CREDENTIALS_MISSING);
    }
    if (isRevoked(holder)) {
      return Optional.of(Reason.ACCESS_TOKEN_REVOKED);
    }
    if (!clocks.wall().instant().isBefore(holder.until())) {
      return Optional.of(Terms.reason(holder.kind(), TokenProblem.EXPIRED));
    }
    if (!holder.standing().stillGood()) {
      return Optional.of(Terms.reason(holder.kind(), TokenProblem.INVALID));
    }
    return policy.decideForCaller(facts).allowed()
        ? Optional.empty()
        : Optional.of(Reason.CALLER_NOT_ALLOWED);
  }

  private Decision decide(Terms now, CallWatch call, Credential credential, Object connection) {
    var sender = new Sender(connection, perimeter.attempts(call.arrival().client()));
    var decision = decideBy(now, call, credential, sender);
    shadows.compare(now, facts(call, decision.caller()), credential, sender);
    return decision;
  }

  private Decision decideBy(Terms now, CallWatch call, Credential credential, Sender sender) {
    var facts = facts(call, Caller.ANONYMOUS);
    var forAnyone = now.policy().decideForAnyone(facts);
    if (forAnyone.isPresent()) {
      var ruling = forAnyone.get();
      return ruling.allowed() && ruling.rule().isPresent()
          ? counted(now.policy(), facts, ANYONE, ruling.rule().get())
          : denied(ruling, Caller.ANONYMOUS);
    }
    return switch (now.identify(counting(call, credential), sender)) {
      case Identified.Known(var verified) ->
          decide(now.policy(), facts.by(verified.caller()), verified);
      case Identified.Unknown(var reason, var detail, var wait) ->
          wait.isZero()
              ? denied(reason, detail)
              : new Denied(reason, Caller.ANONYMOUS, detail, wait);
    };
  }

  /** The credential of a call; a cookie may not count for it. */
  private Credential counting(CallWatch call, Credential credential) {
    return credential instanceof CookieToken cookie
        ? cookie.in(
            call.method(),
            call.route().protocol() == Protocol.WS,
            call.arrival().origin(perimeter.secure()))
        : credential;
  }

  private Decision decide(Policy policy, CallFacts facts, Verified verified) {
    var caller = verified.caller();
    var verdict = policy.decideForCaller(facts);
    var rule = verdict.rule();
    if (!verdict.allowed() || rule.isEmpty()) {
      return denied(verdict, caller);
    }
    return counted(policy, facts, verified, rule.get());
  }

  private Decision counted(Policy policy, CallFacts facts, Verified verified, Rule rule) {
    if (vital.test(facts.route())) {
      return allowed(facts, verified, rule, Meter.UNBOUNDED);
    }
    return switch (quotas.count(policy, facts)) {
      case Counted.Within(var meter) -> allowed(facts, verified, rule, meter);
      case Counted.Beyond(var denied) -> denied;
    };
  }

  private CallFacts facts(CallWatch call, Caller caller) {
    return new CallFacts(call, caller, clocks.wall());
  }

  private static Denied denied(Ruling ruling, Caller caller) {
    var place = ruling.rule().map(Rule::place).orElse("");
    var detail =
        ruling.failure().isEmpty()
            ? ruling.rule().isPresent() ? "a rule denies the caller" : "no rule allows the caller"
            : "the rule's condition cannot be evaluated: " + ruling.failure();
    return new Denied(Reason.CALLER_NOT_ALLOWED, caller, place, detail, Duration.ZERO);
  }

  private Allowed allowed(CallFacts facts, Verified verified, Rule rule, Meter meter) {
    return new Allowed(new Admission(facts, permits, leases, inFlight, verified, rule, meter));
  }

  static Denied denied(Reason reason, String detail) {
    return new Denied(reason, Caller.ANONYMOUS, detail, reason.temporary() ? RETRY : Duration.ZERO);
  }

  /** Stops checking open calls. */
  @Override
  public void close() {
    leases.close();
  }
}
