package dev.oneport.server;

import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import io.grpc.Status;
import jakarta.json.Json;
import java.io.StringReader;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A call of {@link PlannedCalls}, good or bad in any of its parts.
 *
 * @param message what its handler does, and more words; a broken message if it is empty
 * @param metadata names and values in turn
 */
record RandomCall(
    String method,
    String message,
    String token,
    String timeout,
    String coding,
    int count,
    List<String> metadata) {
  private static final String BAD_TIMEOUT = "1x";
  private static final String BAD_CODING = "br";

  static RandomCall good(String message, TestIssuer issuer) {
    return new RandomCall("Do", message, issuer.token().sign(), "", "", 1, List.of());
  }

  /** Calls whose clients wait for the answer. */
  static Arbitrary<RandomCall> any(TestIssuer issuer) {
    var good = issuer.token().sign();
    var bob = issuer.token().claim("email", "bob@example.com").sign();
    var metadata =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.just(List.<String>of())),
            Tuple.of(
                2,
                Arbitraries.of(
                    List.of("x-bin", "AAEC"),
                    List.of("x-a", "1", "x-a", "2"),
                    List.of("x-bin", "AA,AQ"))),
            Tuple.of(1, Arbitraries.just(List.of("x-bin", "!"))));
    return Combinators.combine(
            mostly("Do", "Closed", "None"),
            messages(),
            mostly(good, "", "a.b.c", bob),
            mostly("", BAD_TIMEOUT, "9000m"),
            mostly("", "gzip", "identity", BAD_CODING),
            mostly(1, 2),
            metadata)
        .as(RandomCall::new)
        .map(RandomCall::forwardable)
        .map(call -> call.endsWithItsDeadline() ? good(call.message, issuer).within("40m") : call);
  }

  /** Plans that wait for their client to leave. */
  static Arbitrary<String> waiting() {
    return Combinators.combine(
            Arbitraries.of("", "answer,"), Arbitraries.of("wait", "sleep"), then())
        .as((before, waits, then) -> before + waits + (waits.equals("sleep") ? then : ""));
  }

  private static Arbitrary<String> then() {
    return Arbitraries.of("", ",complete", ",throw", ",status:ABORTED", ",error:INTERNAL");
  }

  private static Arbitrary<String> messages() {
    var codes = Arbitraries.of(Status.Code.class).filter(code -> code != Status.Code.OK);
    var quick =
        Arbitraries.oneOf(
            Arbitraries.of("answer,complete", "answer,later", "echo,complete"),
            codes.map(code -> "status:" + code),
            codes.map(code -> "error:" + code),
            codes.map(code -> "answer,error:" + code),
            Arbitraries.of("complete", "answer,answer,complete", "answer,complete,complete"),
            Arbitraries.of("mapped", "throw", "answer,throw", "answer,complete,throw"));
    var slow = Arbitraries.of("wait", "answer,wait", "sleep", "sleep,answer,complete");
    var plans = Arbitraries.frequencyOf(Tuple.of(15, quick), Tuple.of(1, slow));
    var words =
        Arbitraries.frequencyOf(
            Tuple.of(5, Arbitraries.strings().withCharRange('\0', '\ud7ff').ofMaxLength(40)),
            Tuple.of(1, Arbitraries.just("x".repeat(2000))));
    var whole = Combinators.combine(plans, words).as((plan, more) -> plan + " " + more);
    return Arbitraries.frequencyOf(Tuple.of(12, whole), Tuple.of(1, Arbitraries.just("")));
  }

  /** The first value in most calls, and one of the others in the rest. */
  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  private static <T> Arbitrary<T> mostly(T value, T... others) {
    return Arbitraries.frequencyOf(
        Tuple.of(8, Arbitraries.just(value)), Tuple.of(2, Arbitraries.of(others)));
  }

  /**
   * A server that forwards leaves the coding of gRPC's messages to the upstream, so it finds other
   * mistakes first.
   */
  private RandomCall forwardable() {
    return RunningServer.forwards() && coding.equals(BAD_CODING)
        ? new RandomCall(method, "answer,complete ", token, "", coding, 1, List.of())
        : this;
  }

  private RandomCall within(String time) {
    return new RandomCall(method, message, token, time, coding, count, metadata);
  }

  /** Nothing else ends it; what else is wrong might be told before or after. */
  boolean endsWithItsDeadline() {
    return message.matches("(?s)(answer,)?(wait|sleep).*");
  }

  boolean isUnknown() {
    return method.equals("None");
  }

  /** Whether it can be said in a shape: the body of Connect's calls is the message. */
  boolean can(CallShape shape) {
    return count == 1 || !shape.isConnect();
  }

  SameCallTest.Row row(int number) {
    var row =
        SameCallTest.Row.of(String.valueOf(number), method, "")
            .token(token)
            .timeout(timeout)
            .coding(coding)
            .count(count);
    for (int i = 0; i < metadata.size(); i += 2) {
      row.header(metadata.get(i), metadata.get(i + 1));
    }
    return message.isEmpty()
        ? row.message(new byte[] {-1}, "{")
        : row.message(
            PingRequest.newBuilder().setMessage(message).build(),
            Json.createObjectBuilder().add("message", message).build().toString());
  }

  /** What a shape is expected to say where gRPC says something. */
  String expected(CallShape shape, String grpc) {
    if (isUnknown()) {
      return "HTTP 404 NOT_FOUND"; // An HTTP status says it there (RFC 9110 section 15.5.5).
    }
    return namesHeaders(shape) ? grpc.split(" ", 2)[0] : grpc;
  }

  /** What is compared with that of what it said. */
  String seen(CallShape shape, String answer) {
    if (namesHeaders(shape) && !isUnknown()) {
      return answer.split(" ", 2)[0];
    }
    return shape.isJson() && answer.startsWith("OK ") ? "OK " + inProtobuf(answer) : answer;
  }

  /** Connect's errors say which header is wrong, and which values it may have. */
  private boolean namesHeaders(CallShape shape) {
    return shape.isConnect() && (timeout.equals(BAD_TIMEOUT) || coding.equals(BAD_CODING));
  }

  private static String inProtobuf(String answer) {
    try (var reader = Json.createReader(new StringReader(answer.substring(3)))) {
      var pong = PongResult.newBuilder().setMessage(reader.readObject().getString("message", ""));
      return Base64.getEncoder().encodeToString(pong.build().toByteArray());
    }
  }

  @Override
  public String toString() {
    return method
        + " "
        + message.replaceAll("[^ -~]", "?")
        + " "
        + timeout
        + " "
        + coding
        + " "
        + count
        + " "
        + metadata
        + " token of "
        + token.length();
  }
}
