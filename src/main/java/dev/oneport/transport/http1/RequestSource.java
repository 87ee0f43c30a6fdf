package dev.oneport.transport.http1;

import dev.oneport.transport.FirstBytesOfTls;
import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.time.DeadlineWatch;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The input of Helidon's connection: one checked request after another, then the end of the stream.
 *
 * <p>Used by the connection's thread; other threads may only call {@link #idle()} and {@link
 * #unanswered()}.
 */
final class RequestSource {
  private static final int MAX_BLANK_LINES = 4;

  private final Input input;
  private final Http1Limits limits;
  private final DeadlineWatch watchdog;
  private final Set<String> protocols;
  private final long maxBody;
  private final Supplier<String> self;
  private final Consumer<RefusedHead> refusals;
  private final LargeHeads.Share memory;
  private final Patience firstByte;
  private final Patience betweenRequests;

  private Body body = NoBody.INSTANCE;
  private volatile boolean first = true;
  private long headUntil;
  private boolean bodyAwaited;
  private boolean headOnly;
  private boolean http10;
  private @Nullable RequestException refused;
  private volatile boolean last;
  private volatile boolean idle;
  private volatile boolean answered;
  private volatile int requests;
  private int count;

  /**
   * @param protocols the protocols that a connection may be upgraded to
   * @param maxBody the most bytes of a body, -1 for no bound
   * @param self the authority for a request without {@code Host}
   * @param refusals receives each refused head
   * @param memory of the connection's heads
   */
  RequestSource(
      Input input,
      Http1Limits limits,
      DeadlineWatch watchdog,
      Set<String> protocols,
      long maxBody,
      Supplier<String> self,
      Consumer<RefusedHead> refusals,
      LargeHeads.Share memory) {
    this.input = input;
    this.limits = limits;
    this.watchdog = watchdog;
    this.protocols = protocols;
    this.maxBody = maxBody;
    this.self = self;
    this.refusals = refusals;
    this.memory = memory;
    this.firstByte = now -> now + limits.firstByteTimeout().toNanos();
    this.betweenRequests = now -> now + limits.idleTimeout().toNanos();
  }

  /**
   * The next bytes of a head or a body; null at the end of the stream.
   *
   * @param wantsHead whether the caller expects a request line
   */
  byte @Nullable [] next(boolean wantsHead) {
    try {
      return wantsHead ? head() : body();
    } catch (RequestException e) {
      refused = e;
      last = true;
      throw e;
    }
  }

  /** Whether no request has arrived yet. */
  boolean fresh() {
    return first;
  }

  /** Whether a request may still arrive and none has begun. */
  boolean idle() {
    return idle;
  }

  /** Called when the response to the current request has begun. */
  void answering() {
    answered = true;
  }

  /** Whether a request has begun but its response has not, so that a refusal can still be sent. */
  boolean unanswered() {
    return !idle && !answered;
  }

  /** Makes the current request the connection's last one. */
  void endAfterThisRequest() {
    last = true;
  }

  /** Whether no request may follow the current one. */
  boolean last() {
    return last;
  }

  /**
   * Whether the client expects a 100 that was not sent. It may or may not send its body (RFC 9110
   * section 10.1.1), so its next bytes cannot be recognized as a request.
   */
  boolean bodyInDoubt() {
    return bodyAwaited && !body.ended();
  }

  /** Whether the response to the current request must have no body. */
  boolean headOnly() {
    return headOnly;
  }

  /** Whether the client of the current request speaks HTTP/1.0. */
  boolean http10() {
    return http10;
  }

  /** The fields after the current request's body, once that was read. */
  List<HeaderLine> trailers() {
    return body.trailers();
  }

  /** Whether the client may be sending bytes that will not be read. */
  boolean unread() {
    return refused != null || !body.ended() || input.available();
  }

  /**
   * Drops the rest of the current request's body; false if more may follow it, or its end is
   * unknown.
   */
  boolean dropBody() {
    if (refused != null) {
      return false;
    }
    while (!body.ended()) {
      if (body.next(input) == null) {
        return false;
      }
    }
    return !input.available();
  }

  /** The number of the current request, from 1; 0 between requests. */
  int served() {
    return idle ? 0 : requests;
  }

  private byte[] body() {
    bodyAwaited = false;
    if (refused != null) {
      // The position in the refused body is unknown, so further reads must fail instead of waiting.
      throw Refusal.again(refused);
    }
    var bytes = body.next(input);
    if (bytes == null) {
      throw new CloseConnectionException("the client ended inside a body");
    }
    return bytes;
  }

  private byte @Nullable [] head() {
    if (last || !body.ended() || !begun()) {
      return null;
    }
    headUntil = 0;
    int length;
    try {
      length = blankLinesSkipped() ? length() : -1;
    } catch (RequestException e) {
      refusals.accept(RefusedHead.incomplete(input.take(input.size()), e));
      throw e;
    }
    return length < 0 ? null : parse(input.take(length));
  }

  private byte[] parse(byte[] head) {
    try {
      return accept(HeadParser.parse(head, protocols, maxBody, self));
    } catch (RequestException e) {
      refusals.accept(RefusedHead.whole(head, e));
      throw e;
    }
  }

  private boolean begun() {
    idle = true;
    memory.release();
    if (!input.available()) {
      input.patience(first ? firstByte : betweenRequests);
      if (!input.fill()) {
        return false;
      }
    }
    idle = false;
    first = false;
    answered = false;
    headOnly = false;
    http10 = false;
    return true;
  }

  /** Blocks for more of the head, whose time limit starts with its first bytes. */
  private boolean fillHead() {
    if (headUntil == 0) {
      headUntil = watchdog.after(limits.headTimeout());
      var until = headUntil;
      input.patience(_ -> until);
    }
    var more = input.fill();
    count(input.size());
    return more;
  }

  /**
   * Skips empty lines, which some clients send after a body (RFC 9112 section 2.2); false at the
   * end of the stream.
   */
  private boolean blankLinesSkipped() {
    for (var lines = 0; lines <= MAX_BLANK_LINES; lines++) {
      if (!has(1)) {
        return false;
      }
      if (input.at(0) != '\r') {
        if (FirstBytesOfTls.match(input.at(0))) {
          // At once and in plaintext, by which TLS clients tell their users what is wrong.
          throw Refusal.malformed("TLS where a request must begin");
        }
        return true;
      }
      if (!has(2)) {
        return false;
      }
      if (input.at(1) != '\n') {
        break;
      }
      input.skip(2);
    }
    throw Refusal.malformed("the request line is missing");
  }

  private boolean has(int bytes) {
    while (input.size() < bytes) {
      if (!fillHead()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The length of the head, including its empty line; -1 if the client closed the connection inside
   * it.
   */
  private int length() {
    var line = 0;
    var lines = 0;
    var at = 0;
    while (true) {
      for (at = input.lineFeed(at); at < input.size(); at = input.lineFeed(at + 1)) {
        // Checked first, so that the answer does not depend on how the bytes arrive.
        check(lines, at);
        if (at == line || input.at(at - 1) != '\r') {
          throw Refusal.malformed("a line does not end in CRLF");
        }
        check(lines, at + 1);
        if (at == line + 1) {
          return at + 1;
        }
        lines++;
        line = at + 1;
      }
      check(lines, at);
      if (!fillHead()) {
        return -1;
      }
    }
  }

  private void count(int bytes) {
    if (!memory.growTo(bytes)) {
      throw Refusal.headTooLarge();
    }
  }

  private void check(int lines, int size) {
    if (lines == 0 && size > limits.maxRequestLineBytes() + 2) {
      throw Refusal.requestLineTooLong();
    }
    if (size > limits.maxHeadBytes() || lines > limits.maxHeaders() + 1) {
      throw Refusal.headTooLarge();
    }
  }

  private byte[] accept(Http1RequestHead head) {
    count(head.bytes().length);
    memory.complete();
    body = head.body();
    bodyAwaited = head.expectsContinue();
    headOnly = head.headOnly();
    http10 = head.http10();
    last = head.close();
    requests = ++count;
    if (!body.ended()) {
      input.patience(new BodyPatience(watchdog, limits));
    }
    return head.bytes();
  }
}
