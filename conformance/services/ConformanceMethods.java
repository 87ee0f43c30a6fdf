package dev.oneport.conformance;

import connectrpc.conformance.v1.Service.BidiStreamRequest;
import connectrpc.conformance.v1.Service.BidiStreamResponse;
import connectrpc.conformance.v1.Service.ClientStreamRequest;
import connectrpc.conformance.v1.Service.ClientStreamResponse;
import connectrpc.conformance.v1.Service.ConformancePayload;
import connectrpc.conformance.v1.Service.ConformancePayload.RequestInfo;
import connectrpc.conformance.v1.ConformanceServiceGrpc.ConformanceServiceImplBase;
import connectrpc.conformance.v1.Service.IdempotentUnaryRequest;
import connectrpc.conformance.v1.Service.IdempotentUnaryResponse;
import connectrpc.conformance.v1.Service.ServerStreamRequest;
import connectrpc.conformance.v1.Service.ServerStreamResponse;
import connectrpc.conformance.v1.Service.StreamResponseDefinition;
import connectrpc.conformance.v1.Service.UnaryRequest;
import connectrpc.conformance.v1.Service.UnaryResponse;
import connectrpc.conformance.v1.Service.UnaryResponseDefinition;
import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The service that connectconformance requires of a server, as specified in its service.proto. */
final class ConformanceMethods extends ConformanceServiceImplBase {
  @Override
  public void unary(UnaryRequest request, StreamObserver<UnaryResponse> answer) {
    one(
        request.getResponseDefinition(),
        List.of(Any.pack(request, PREFIX)),
        payload -> UnaryResponse.newBuilder().setPayload(payload).build(),
        answer);
  }

  @Override
  public void idempotentUnary(
      IdempotentUnaryRequest request, StreamObserver<IdempotentUnaryResponse> answer) {
    one(
        request.getResponseDefinition(),
        List.of(Any.pack(request, PREFIX)),
        payload -> IdempotentUnaryResponse.newBuilder().setPayload(payload).build(),
        answer);
  }

  @Override
  public StreamObserver<ClientStreamRequest> clientStream(
      StreamObserver<ClientStreamResponse> answer) {
    var received = new ArrayList<ClientStreamRequest>();
    return new Incoming<>() {
      @Override
      public void onNext(ClientStreamRequest request) {
        received.add(request);
      }

      @Override
      public void onCompleted() {
        var wanted =
            received.isEmpty()
                ? UnaryResponseDefinition.getDefaultInstance()
                : received.getFirst().getResponseDefinition();
        one(
            wanted,
            packed(received),
            payload -> ClientStreamResponse.newBuilder().setPayload(payload).build(),
            answer);
      }
    };
  }

  @Override
  public void serverStream(
      ServerStreamRequest request, StreamObserver<ServerStreamResponse> answer) {
    var stream =
        new Answers<>(
            request.getResponseDefinition(),
            payload -> ServerStreamResponse.newBuilder().setPayload(payload).build(),
            answer);
    stream.received(request);
    stream.begin();
    stream.finish();
  }

  @Override
  public StreamObserver<BidiStreamRequest> bidiStream(StreamObserver<BidiStreamResponse> answer) {
    return new Incoming<>() {
      private Answers<BidiStreamResponse> stream;
      private boolean alternating;

      @Override
      public void onNext(BidiStreamRequest request) {
        if (stream == null) {
          stream =
              new Answers<>(
                  request.getResponseDefinition(),
                  payload -> BidiStreamResponse.newBuilder().setPayload(payload).build(),
                  answer);
          alternating = request.getFullDuplex();
          if (alternating) {
            stream.begin();
          }
        }
        stream.received(request);
        if (alternating && !stream.over()) {
          if (stream.exhausted()) {
            stream.finish();
          } else {
            stream.next();
          }
        }
      }

      @Override
      public void onCompleted() {
        if (stream == null) {
          answer.onCompleted();
        } else if (!stream.over()) {
          stream.begin();
          stream.finish();
        }
      }
    };
  }

  private static final String PREFIX = "type.googleapis.com";

  private static List<Any> packed(List<? extends Message> messages) {
    return messages.stream().map(it -> Any.pack(it, PREFIX)).toList();
  }

  private static <R> void one(
      UnaryResponseDefinition wanted,
      List<Any> requests,
      Function<ConformancePayload, R> toResponse,
      StreamObserver<R> answer) {
    ConformanceCall.current()
        .answerWith(wanted.getResponseHeadersList(), wanted.getResponseTrailersList());
    var info = info(requests);
    pause(wanted.getResponseDelayMs());
    if (wanted.hasError()) {
      answer.onError(failure(wanted.getError(), List.of(Any.pack(info, PREFIX))));
      return;
    }
    answer.onNext(
        toResponse.apply(
            ConformancePayload.newBuilder()
                .setRequestInfo(info)
                .setData(wanted.getResponseData())
                .build()));
    answer.onCompleted();
  }

  private static RequestInfo info(List<Any> requests) {
    var info =
        RequestInfo.newBuilder()
            .addAllRequestHeaders(ConformanceCall.current().received())
            .addAllRequests(requests);
    var left = ConformanceCall.millisecondsLeft();
    if (left >= 0) {
      info.setTimeoutMs(left);
    }
    return info.build();
  }

  private static StatusRuntimeException failure(
      connectrpc.conformance.v1.Service.Error error, List<Any> more) {
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(error.getCodeValue())
            .setMessage(error.getMessage())
            .addAllDetails(error.getDetailsList())
            .addAllDetails(more)
            .build());
  }

  private static void pause(int milliseconds) {
    try {
      Thread.sleep(Integer.toUnsignedLong(milliseconds));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends the messages that answer a stream, and ends it. */
  private static final class Answers<R> {
    private final StreamResponseDefinition wanted;
    private final Function<ConformancePayload, R> toResponse;
    private final StreamObserver<R> answer;
    private final List<Any> requests = new ArrayList<>();
    private int sent;
    private boolean over;

    Answers(
        StreamResponseDefinition wanted,
        Function<ConformancePayload, R> toResponse,
        StreamObserver<R> answer) {
      this.wanted = wanted;
      this.toResponse = toResponse;
      this.answer = answer;
      ConformanceCall.current()
          .answerWith(wanted.getResponseHeadersList(), wanted.getResponseTrailersList());
    }

    void received(Message request) {
      requests.add(Any.pack(request, PREFIX));
    }

    void begin() {
      if (!exhausted()) {
        ConformanceCall.current().begin();
      }
    }

    boolean exhausted() {
      return sent == wanted.getResponseDataCount();
    }

    boolean over() {
      return over;
    }

    /** The first answer describes the whole call; later ones only what arrived since the previous one. */
    void next() {
      var payload = ConformancePayload.newBuilder().setData(wanted.getResponseData(sent));
      if (sent == 0) {
        payload.setRequestInfo(info(requests));
      } else if (!requests.isEmpty()) {
        payload.setRequestInfo(RequestInfo.newBuilder().addAllRequests(requests));
      }
      requests.clear();
      pause(wanted.getResponseDelayMs());
      answer.onNext(toResponse.apply(payload.build()));
      sent++;
    }

    void finish() {
      while (!exhausted()) {
        next();
      }
      over = true;
      if (wanted.hasError()) {
        var details = sent == 0 ? List.of(Any.pack(info(requests), PREFIX)) : List.<Any>of();
        answer.onError(failure(wanted.getError(), details));
      } else {
        answer.onCompleted();
      }
    }
  }

  private abstract static class Incoming<T> implements StreamObserver<T> {
    @Override
    public void onError(Throwable cancelled) {
      // The call was cancelled, so nothing needs an answer.
    }
  }
}
