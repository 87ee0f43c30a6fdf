package dev.oneport.record;

import dev.oneport.api.Route;
import dev.oneport.trace.Trace;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The record of one call at an event, with the same fields on every protocol.
 *
 * @param event the moment in the call's life
 * @param time when the call began
 * @param route the mounted route, not the request's path
 * @param caller who called; empty if unknown
 * @param issuer who vouches for the caller; empty if unknown
 * @param rule the file and line of the rule that allowed or denied the call; empty if none did
 * @param reason why it was refused or ended early; empty if neither
 * @param detail explains the reason, for operators only
 * @param status its outcome in the protocol's own terms, such as {@code 200}, {@code
 *     PERMISSION_DENIED}, {@code 3003}
 * @param code its outcome as a code that all protocols share
 * @param nanos from the guard's start to the end
 * @param traffic messages and bytes in each direction
 * @param request the fields of the request
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
    /** It ended, normally or early. */
    ENDED
  }

  /**
   * The fields of the request.
   *
   * @param method the HTTP method; {@code POST} for gRPC
   * @param peer the other end of the connection
   * @param version the version of the protocol, such as {@code HTTP/1.1}
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
    /** The longest user agent kept; many records may be waiting to be written. */
    private static final int LONGEST = 256;

    private static final int LONGEST_PATH = 1024;
    private static final int LONGEST_METHOD = 64;

    /** The methods of RFC 9110 and RFC 5789; a client may send any other word. */
    private static final Set<String> METHODS =
        Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    /** What stands for all other methods, by the semantic conventions of OpenTelemetry. */
    private static final String OTHER = "_OTHER";

    public Request {
      method = method.length() > LONGEST_METHOD ? method.substring(0, LONGEST_METHOD) : method;
      userAgent = userAgent.length() > LONGEST ? userAgent.substring(0, LONGEST) : userAgent;
      path = path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) : path;
    }

    /** A request for a route that is not a pattern. */
    public Request(
        String method, String peer, String userAgent, String version, Optional<Trace> trace) {
      this(method, peer, userAgent, version, trace, "");
    }

    /** The method, or {@code _OTHER}: one of few, so that clients cannot make up labels. */
    public String knownMethod() {
      return METHODS.contains(method) ? method : OTHER;
    }

    /** The same request, in the trace that its span belongs to. */
    public Request in(Optional<Trace> trace) {
      return trace.equals(this.trace)
          ? this
          : new Request(method, peer, userAgent, version, trace, path);
    }

    /** Adds the path of a forwarded call. */
    public Request at(String path) {
      return path.isEmpty() ? this : new Request(method, peer, userAgent, version, trace, path);
    }
  }

  /** Messages and bytes of content in each direction; 0 if unknown. */
  public record Traffic(long messagesIn, long messagesOut, long bytesIn, long bytesOut) {
    public static final Traffic NONE = new Traffic(0, 0, 0, 0);
  }

  /** Whether the call was allowed and did not end early. */
  public boolean allowed() {
    return event != Event.DENIED && reason.isEmpty();
  }

  /** The record without the fields that are for operators only. */
  public CallRecord forCaller() {
    var shown =
        new Request(request.method(), "", "", request.version(), request.trace(), request.path());
    var place = rule.substring(rule.lastIndexOf('/') + 1);
    return new CallRecord(
        event, time, route, caller, issuer, place, reason, "", status, code, nanos, traffic, shown);
  }
}
