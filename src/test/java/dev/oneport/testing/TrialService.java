package dev.oneport.testing;

import com.google.protobuf.ByteString;
import dev.oneport.api.Mount;
import dev.oneport.api.Reason;
import dev.oneport.api.Service;
import dev.oneport.gate.GrpcProblem;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.grpc.testing.integration.Messages.Payload;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.SimpleResponse;
import io.grpc.testing.integration.Messages.StreamingInputCallRequest;
import io.grpc.testing.integration.Messages.StreamingInputCallResponse;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import io.grpc.testing.integration.TestServiceGrpc.TestServiceImplBase;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service other than the sample, on all three protocols. Its first calls end in the ways from a
 * list; later ones succeed.
 */
public final class TrialService extends TestServiceImplBase implements Service {
  public static final String RULES =
      """
      policy:
        rules:
          - allow: [ authenticated ]
            route: [ "HTTP PUT /body/{name}", "HTTP POST /body/{name}", "HTTP GET /body/{name}", GRPC grpc.testing.TestService/*, WS /mirror ]
      """;

  private static final Duration RETRY = Duration.ofMillis(20);

  private final Queue<String> ends;
  private final AtomicInteger calls = new AtomicInteger();

  /**
   * A service.
   *
   * @param ends names of {@link Reason}s or gRPC statuses; a leading {@code +} sends one message
   *     before that
   */
  public TrialService(String... ends) {
    this.ends = new ConcurrentLinkedQueue<>(List.of(ends));
  }

  /** The number of calls and sockets so far. */
  public int calls() {
    return calls.get();
  }

  @Override
  public void mount(Mount port) {
    port.grpc(this);
    port.http().put("/body/{name}", TrialService::count);
    port.http().post("/body/{name}", TrialService::count);
    port.http().get("/body/{name}", TrialService::stream);
    port.webSocket("/mirror", Mirror::new);
  }

  @Override
  public void unaryCall(SimpleRequest request, StreamObserver<SimpleResponse> answer) {
    var end = next();
    if (end.isPresent()) {
      answer.onError(error(end.get()));
      return;
    }
    answer.onNext(SimpleResponse.newBuilder().setUsername("called").build());
    answer.onCompleted();
  }

  /** Sends as many messages as requested; each is as long as its number. */
  @Override
  public void streamingOutputCall(
      StreamingOutputCallRequest request, StreamObserver<StreamingOutputCallResponse> answers) {
    var end = next();
    for (var wanted : request.getResponseParametersList()) {
      if (end.isPresent() && !end.get().startsWith("+")) {
        answers.onError(error(end.get()));
        return;
      }
      answers.onNext(
          StreamingOutputCallResponse.newBuilder()
              .setPayload(
                  Payload.newBuilder().setBody(ByteString.copyFrom(new byte[wanted.getSize()])))
              .build());
      end = end.map(each -> each.substring(1));
    }
    answers.onCompleted();
  }

  @Override
  public StreamObserver<StreamingInputCallRequest> streamingInputCall(
      StreamObserver<StreamingInputCallResponse> answer) {
    var end = next();
    return new StreamObserver<>() {
      private int size;

      @Override
      public void onNext(StreamingInputCallRequest request) {
        size += request.getPayload().getBody().size();
      }

      @Override
      public void onError(Throwable error) {}

      @Override
      public void onCompleted() {
        if (end.isPresent()) {
          answer.onError(error(end.get()));
          return;
        }
        answer.onNext(
            StreamingInputCallResponse.newBuilder().setAggregatedPayloadSize(size).build());
        answer.onCompleted();
      }
    };
  }

  @Override
  public StreamObserver<StreamingOutputCallRequest> fullDuplexCall(
      StreamObserver<StreamingOutputCallResponse> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(StreamingOutputCallRequest request) {
        answers.onNext(
            StreamingOutputCallResponse.newBuilder().setPayload(request.getPayload()).build());
      }

      @Override
      public void onError(Throwable error) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  private Optional<String> next() {
    calls.incrementAndGet();
    return Optional.ofNullable(ends.poll());
  }

  private static Throwable error(String end) {
    for (var reason : Reason.values()) {
      if (reason.name().equals(end)) {
        return GrpcProblem.of(reason, RETRY);
      }
    }
    return Status.Code.valueOf(end).toStatus().withDescription("as the test wants").asException();
  }

  /** Answers with the method, a header, and the length of the body. */
  private static void count(ServerRequest request, ServerResponse response) {
    long length = 0;
    try (var body = request.content().inputStream()) {
      for (int read = body.readNBytes(1 << 16).length; read > 0; ) {
        length += read;
        read = body.readNBytes(1 << 16).length;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var trial = request.headers().first(HeaderNames.create("x-trial")).orElse("no header");
    response.send(request.prologue().method().text() + " " + trial + " " + length);
  }

  /** Answers in parts, with as many bytes as the path says. */
  private static void stream(ServerRequest request, ServerResponse response) {
    int left = Integer.parseInt(request.path().pathParameters().get("name"));
    try (var body = response.outputStream()) {
      for (; left > 0; left -= 1 << 16) {
        body.write(new byte[Math.min(left, 1 << 16)]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Echoes messages, and closes with a code when told to. */
  private final class Mirror implements WsListener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void onOpen(WsSession session) {
      calls.incrementAndGet();
    }

    @Override
    public void onMessage(WsSession session, String part, boolean last) {
      text.append(part);
      if (last) {
        var whole = text.toString();
        text.setLength(0);
        if (whole.startsWith("close ")) {
          session.close(Integer.parseInt(whole.substring(6)), "as the test wants");
        } else {
          session.send(whole, true);
        }
      }
    }

    @Override
    public void onMessage(WsSession session, BufferData data, boolean last) {
      session.send(data.copy(), last);
    }
  }
}
