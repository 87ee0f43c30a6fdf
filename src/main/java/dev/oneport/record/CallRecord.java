package dev.oneport.record;

import dev.oneport.api.Route;
import java.time.Instant;
import java.util.Optional;

/**
 * One call as it was decided or as it ended, with the same fields on every protocol.
 *
 * @param event the moment in the call's life
 * @param time when the call began
 * @param route the mounted route, not the request's path
 * @param caller who called; empty if unknown
 * @param issuer who vouches for the caller; empty if unknown
 * @param rule the file and line of the rule that allowed the call; empty if none did
 * @param reason why it was refused or ended early, if so
 * @param detail the reason in more words, for operators only
 * @param status how it ended in the protocol's own terms, such as {@code 200}, {@code
 *     PERMISSION_DENIED}, {@code 3003}
 * @param code the same in one vocabulary for all protocols
 * @param nanos from the guard's start to the end
 * @param traffic messages and bytes in each direction
 * @param request what the request declares
 */
public record CallRecord(
    Event event,
    Instant time,
    Route route,
    String caller,
    String issuer,
    String rule,
    String reason,
    String detail,
    String status,
    Code code,
    long nanos,
    Traffic traffic,
    Request request) {
  /** A moment in a call's life. */
  public enum Event {
    /** It was refused. */
    DENIED,
    /** A stream or socket began. */
    STARTED,
    /** It ended, normally or for its reason. */
    ENDED
  }

  /**
   * What the request declares.
   *
   * @param method the HTTP method; {@code POST} for gRPC
   * @param peer the other end of the connection
   * @param version the protocol's, such as {@code HTTP/1.1}
   * @param path the path of a forwarded call, whose route is a pattern; empty otherwise. Never the
   *     query
   */
  public record Request(
      String method,
      String peer,
      String userAgent,
      String version,
      Optional<Trace> trace,
      String path) {
    /** The longest user agent that is kept, because many records may wait to be written. */
    private static final int LONGEST = 256;

    private static final int LONGEST_PATH = 1024;

    public Request {
      userAgent = userAgent.length() > LONGEST ? userAgent.substring(0, LONGEST) : userAgent;
      path = path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) : path;
    }

    /** A request for a route that is not a pattern. */
    public Request(
        String method, String peer, String userAgent, String version, Optional<Trace> trace) {
      this(method, peer, userAgent, version, trace, "");
    }

    /** The same with the path of a forwarded call. */
    public Request at(String path) {
      return path.isEmpty() ? this : new Request(method, peer, userAgent, version, trace, path);
    }
  }

  /** Messages and bytes of content in each direction; 0 if unknown. */
  public record Traffic(long messagesIn, long messagesOut, long bytesIn, long bytesOut) {
    public static final Traffic NONE = new Traffic(0, 0, 0, 0);
  }

  /** Whether nothing was refused. */
  public boolean allowed() {
    return event != Event.DENIED && reason.isEmpty();
  }

  /** The record as shown to the caller of the call. */
  public CallRecord forCaller() {
    var shown =
        new Request(request.method(), "", "", request.version(), request.trace(), request.path());
    var place = rule.substring(rule.lastIndexOf('/') + 1);
    return new CallRecord(
        event, time, route, caller, issuer, place, reason, "", status, code, nanos, traffic, shown);
  }
}
