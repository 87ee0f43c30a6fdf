package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.identity.ClientCertificate;
import dev.oneport.record.Code;
import dev.oneport.transport.websocket.WebSocketSession;
import io.github.bucket4j.Bucket;
import io.grpc.Status;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An allowed WebSocket. It ends when its lease does, can be renewed with a fresh token, and is
 * recorded once, when it has ended.
 *
 * <p>A client stays connected by sending {@code oneport-token: } and a fresh token of the same
 * caller as one text message before its token expires. The guard answers {@code oneport-token: ok}
 * or closes the socket. If the issuer's keys are unavailable, it answers {@code oneport-token:
 * KEYS_UNAVAILABLE} and the previous token stays in use.
 */
final class OpenSocket {
  static final String FRESH_TOKEN = "oneport-token: ";

  /**
   * The burst of renewals; one more is allowed each second. A client needs one for each token that
   * it gets.
   */
  private static final int RENEWALS = 10;

  private final Gate gate;
  private final CallWatch watch;
  private final Admission admission;
  private final Optional<ClientCertificate> shown;
  private final BytePace pace;
  private final Bucket renewals = Budget.of(RENEWALS, 1);
  private volatile CallScope scope;
  private @Nullable WsListener listener;
  private volatile @Nullable WsSession session;
  private volatile @Nullable Code failure;
  private volatile String detail = "";

  OpenSocket(Gate gate, CallWatch watch, Admission admission, Optional<ClientCertificate> shown) {
    this.shown = shown;
    this.gate = gate;
    this.scope = admission.scope();
    this.watch = watch;
    this.admission = admission;
    this.pace = new BytePace(admission);
  }

  /** Sets the application's listener, which is created when the caller is known. */
  void listener(WsListener made) {
    listener = made;
  }

  WsListener listener() {
    return Objects.requireNonNull(listener);
  }

  CallScope scope() {
    return scope;
  }

  void received(String text) {
    watch.in(text.length());
    if (admission.meter().countsBytes()) {
      pace.received(text.getBytes(StandardCharsets.UTF_8).length);
    }
  }

  void received(int bytes) {
    watch.in(bytes);
    pace.received(bytes);
  }

  void opened(WsSession opened) {
    admission.started();
    if (watch.notesMessages()) {
      WebSocketSession.of(opened).onSent(watch::out);
    }
    session = opened;
    admission.onCutOff(reason -> close(opened, reason));
  }

  private static void close(WsSession session, Reason reason) {
    if (reason == Reason.DRAINING) {
      WebSocketSession.of(session).finish(reason.webSocket(), reason.text());
    } else {
      session.close(reason.webSocket(), reason.text());
    }
  }

  /** Records that the application threw an exception with this status. */
  void failed(Status.Code code) {
    failure = Code.valueOf(code.name());
  }

  /** Ends the client's side because the upstream failed. */
  void failed(FailedCall upstream) {
    detail = String.valueOf(upstream.getMessage());
    admission.lease().end(upstream.reason());
  }

  /** Whether its lease has ended. */
  boolean ended() {
    return admission.cutReason().isPresent();
  }

  /**
   * Handles a token message, and drops messages after the lease has ended; false if the message is
   * for the application.
   */
  boolean consumes(WsSession from, String text) {
    if (ended()) {
      return true;
    }
    if (admission.meter().message().isPresent()) {
      admission.lease().end(Reason.LIMIT_EXCEEDED);
      return true;
    }
    if (!text.startsWith(FRESH_TOKEN)) {
      return false;
    }
    renew(from, text.substring(FRESH_TOKEN.length()).strip());
    return true;
  }

  /** Records that the application refused the upgrade. */
  void refused(io.helidon.http.Status status) {
    admission.close(Outcome.of(status.codeText(), Code.ofHttp(status.code())));
  }

  /** Records that the upstream could not be reached. */
  void refused(FailedCall upstream) {
    var reason = upstream.reason();
    var status = String.valueOf(reason.http());
    admission.close(Outcome.of(reason, String.valueOf(upstream.getMessage()), status));
  }

  /** Whether the application's listener was notified of the open socket. */
  boolean wasOpened() {
    return session != null;
  }

  /** Records the end of the socket. */
  void closed(WsSession closed, int code) {
    var session = WebSocketSession.of(closed);
    watch.out(session.sent().messages(), session.sent().bytes());
    admission.close(
        admission
            .cutReason()
            .map(reason -> Outcome.of(reason, detail, String.valueOf(reason.webSocket())))
            .orElseGet(() -> outcome(code, session.closedByClient())));
  }

  private Outcome outcome(int code, boolean byClient) {
    var meant = Code.ofClose(code, byClient);
    return Outcome.of(
        String.valueOf(code), byClient ? meant : Objects.requireNonNullElse(failure, meant));
  }

  private void renew(WsSession from, String token) {
    var held = admission.lease();
    if (!renewals.tryConsume(1)) {
      held.end(Reason.LIMIT_EXCEEDED);
      return;
    }
    var refusal = gate.renew(held, token, watch.arrival().client(), shown);
    if (refusal.isEmpty()) {
      scope = watch.scope(held.holder().caller());
      from.send(FRESH_TOKEN + "ok", true);
    } else if (refusal.get().temporary()) {
      from.send(FRESH_TOKEN + refusal.get().name(), true);
    } else {
      held.end(refusal.get());
    }
  }
}
