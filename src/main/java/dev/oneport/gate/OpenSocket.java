package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.record.Code;
import dev.oneport.transport.websocket.WebSocketSession;
import io.github.bucket4j.Bucket;
import io.grpc.Status;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An allowed WebSocket. It ends when its lease does, continues with a fresh token, and is recorded
 * once when it has ended.
 *
 * <p>A client stays connected by sending {@code oneport-token: } and a fresh token of the same
 * caller as one text message before its token expires. The guard answers {@code oneport-token: ok}
 * or closes the socket; if the issuer's keys are unavailable, it answers {@code oneport-token:
 * KEYS_UNAVAILABLE} and the previous token stays in force.
 */
final class OpenSocket {
  static final String FRESH_TOKEN = "oneport-token: ";

  /** Renewals at once; one more each second. A client sends one for each token that it gets. */
  private static final int RENEWALS = 10;

  private final Gate gate;
  private final CallWatch watch;
  private final Admission admission;
  private final Bucket renewals = Budget.of(RENEWALS, 1);
  private volatile ScopedValue.Carrier caller;
  private @Nullable WsListener listener;
  private volatile @Nullable WsSession session;
  private volatile @Nullable Code failure;
  private volatile String detail = "";

  OpenSocket(Gate gate, CallWatch watch, Admission admission) {
    this.gate = gate;
    this.caller = Caller.as(admission.caller());
    this.watch = watch;
    this.admission = admission;
  }

  /** The application's listener; made when the caller is known. */
  void listener(WsListener made) {
    listener = made;
  }

  WsListener listener() {
    return Objects.requireNonNull(listener);
  }

  ScopedValue.Carrier caller() {
    return caller;
  }

  void received(long bytes) {
    watch.in(bytes);
  }

  void opened(WsSession opened) {
    admission.started();
    session = opened;
    admission.onCut(reason -> close(opened, reason));
  }

  private static void close(WsSession session, Reason reason) {
    if (reason == Reason.DRAINING) {
      WebSocketSession.of(session).finish(reason.webSocket(), reason.text());
    } else {
      session.close(reason.webSocket(), reason.text());
    }
  }

  /** The application threw an exception with this meaning. */
  void failed(Status.Code code) {
    failure = Code.valueOf(code.name());
  }

  /** The upstream is lost, and so the client's side ends. */
  void failed(FailedCall upstream) {
    detail = String.valueOf(upstream.getMessage());
    admission.lease().end(upstream.reason());
  }

  /** Whether it was told to end. */
  boolean ended() {
    return admission.cut().isPresent();
  }

  /** Whether a message is for this guard and not for the application. */
  boolean takes(WsSession from, String text) {
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

  /** The application refused the upgrade. */
  void refused(io.helidon.http.Status status) {
    admission.close(Outcome.of(status.codeText(), Code.ofHttp(status.code())));
  }

  /** The upstream could not be asked. */
  void refused(FailedCall upstream) {
    var reason = upstream.reason();
    var status = String.valueOf(reason.http());
    admission.close(Outcome.of(reason, String.valueOf(upstream.getMessage()), status));
  }

  /** Whether the application was told of the socket. */
  boolean wasOpened() {
    return session != null;
  }

  /** The socket is closed. */
  void over(WsSession closed, int code) {
    var session = WebSocketSession.of(closed);
    watch.out(session.sent().messages(), session.sent().bytes());
    admission.close(
        admission
            .cut()
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
    var refusal = gate.renew(held, token, watch.arrival().client());
    if (refusal.isEmpty()) {
      caller = Caller.as(held.holder().caller());
      from.send(FRESH_TOKEN + "ok", true);
    } else if (refusal.get().temporary()) {
      from.send(FRESH_TOKEN + refusal.get().name(), true);
    } else {
      held.end(refusal.get());
    }
  }
}
