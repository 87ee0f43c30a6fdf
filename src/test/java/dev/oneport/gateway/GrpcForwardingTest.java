package dev.oneport.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.grpc.BytesService;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawFrame;
import dev.oneport.transport.http2.RawServer;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of grpc-java's client to grpc-java's server, with the gateway between them. */
@Timeout(60)
final class GrpcForwardingTest {
  /** Answers each message at once with itself, and the end with what the call's kind needs. */
  private static final ServerCallHandler<byte[], byte[]> ECHO =
      (call, _) -> {
        call.sendHeaders(new Metadata());
        call.request(1);
        return new ServerCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            call.sendMessage(message);
            call.request(1);
          }

          @Override
          public void onHalfClose() {
            call.close(Status.OK, new Metadata());
          }
        };
      };

  private static Server serve(int port, ServerCallHandler<byte[], byte[]> handler)
      throws IOException {
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            InsecureServerCredentials.create())
        .maxInboundMessageSize(32 << 20)
        .addService(BytesService.bidi(handler))
        .build()
        .start();
  }

  private static ClientCall<byte[], byte[]> call(ForwardingPort port) {
    return call(port, MethodType.BIDI_STREAMING, CallOptions.DEFAULT);
  }

  private static ClientCall<byte[], byte[]> call(
      ForwardingPort port, MethodType kind, CallOptions options) {
    return port.channel().newCall(BytesService.method(kind), options);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16_379, 70_000, 5_000_000})
  void unaryCallsOfAnySize(int size) throws Exception {
    var server = serve(0, ECHO);
    try (var port = ForwardingPort.to(server.getPort())) {
      var message = new byte[size];
      for (int round = 0; round < 3; round++) {
        assertArrayEquals(
            message,
            ClientCalls.blockingUnaryCall(
                call(port, MethodType.UNARY, CallOptions.DEFAULT), message));
      }
      assertArrayEquals(
          message,
          ClientCalls.blockingUnaryCall(
              call(port, MethodType.UNARY, CallOptions.DEFAULT.withCompression("gzip")), message));
    } finally {
      server.shutdownNow();
    }
  }

  /** Also if no message is between them. */
  @ParameterizedTest
  @EnumSource(
      value = MethodType.class,
      names = {"UNARY", "BIDI_STREAMING"})
  void metadataOfTheHeadAreNoTrailers(MethodType kind) throws Exception {
    var text = Metadata.Key.of("x-text", Metadata.ASCII_STRING_MARSHALLER);
    var head = new Metadata();
    head.put(text, "in the head");
    ServerCallHandler<byte[], byte[]> handler =
        (call, _) -> {
          call.sendHeaders(head);
          call.close(Status.ABORTED, new Metadata());
          return new ServerCall.Listener<>() {};
        };
    var server = serve(0, handler);
    try (var port = ForwardingPort.to(server.getPort())) {
      var heads = new CompletableFuture<Metadata>();
      var ends = new CompletableFuture<Metadata>();
      var call = call(port, kind, CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onHeaders(Metadata metadata) {
              heads.complete(metadata);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              ends.complete(trailers);
            }
          },
          new Metadata());
      call.sendMessage(new byte[1]);
      call.halfClose();
      assertNull(ends.get(10, TimeUnit.SECONDS).get(text));
      assertEquals("in the head", heads.get(10, TimeUnit.SECONDS).get(text));
    } finally {
      server.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = MethodType.class,
      names = {"SERVER_STREAMING", "CLIENT_STREAMING", "BIDI_STREAMING"})
  void streams(MethodType kind) throws Exception {
    var many = kind == MethodType.CLIENT_STREAMING ? 1 : 1_000;
    ServerCallHandler<byte[], byte[]> handler =
        (call, _) -> {
          call.sendHeaders(new Metadata());
          call.request(Integer.MAX_VALUE);
          var received = new AtomicInteger();
          return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
              received.incrementAndGet();
            }

            @Override
            public void onHalfClose() {
              for (int i = 0; i < many; i++) {
                call.sendMessage(String.valueOf(received).getBytes(UTF_8));
              }
              call.close(Status.OK, new Metadata());
            }
          };
        };
    var server = serve(0, handler);
    try (var port = ForwardingPort.to(server.getPort())) {
      int sent = kind == MethodType.SERVER_STREAMING ? 1 : 1_000;
      var answers = new CopyOnWriteArrayList<String>();
      var done = new CompletableFuture<Boolean>();
      var requests =
          ClientCalls.asyncBidiStreamingCall(
              call(port, MethodType.BIDI_STREAMING, CallOptions.DEFAULT), observer(answers, done));
      for (int i = 0; i < sent; i++) {
        requests.onNext(new byte[100]);
      }
      requests.onCompleted();
      assertTrue(done.get(20, TimeUnit.SECONDS));
      assertEquals(many, answers.size());
      assertEquals(String.valueOf(sent), answers.getLast());
      Await.until("the port's streams are over", () -> port.openStreams() == 0);
    } finally {
      server.shutdownNow();
    }
  }

  private static StreamObserver<byte[]> observer(
      List<String> answers, CompletableFuture<Boolean> done) {
    return new StreamObserver<>() {
      @Override
      public void onNext(byte[] value) {
        answers.add(new String(value, UTF_8));
      }

      @Override
      public void onError(Throwable t) {
        done.completeExceptionally(t);
      }

      @Override
      public void onCompleted() {
        done.complete(true);
      }
    };
  }

  @Test
  void aConversationGoesBackAndForth() throws Exception {
    var server = serve(0, ECHO);
    try (var port = ForwardingPort.to(server.getPort())) {
      var answers = new CopyOnWriteArrayList<String>();
      var done = new CompletableFuture<Boolean>();
      var requests = ClientCalls.asyncBidiStreamingCall(call(port), observer(answers, done));
      for (int i = 1; i <= 20; i++) {
        requests.onNext(("m" + i).getBytes(UTF_8));
        int expected = i;
        Await.until("it is answered", () -> answers.size() == expected);
      }
      requests.onCompleted();
      assertTrue(done.get(5, TimeUnit.SECONDS));
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void theDeadlineIsPassedOnShortened() throws Exception {
    var left = new CompletableFuture<Long>();
    ServerCallHandler<byte[], byte[]> handler =
        (call, headers) -> {
          left.complete(Context.current().getDeadline().timeRemaining(TimeUnit.MINUTES));
          call.close(Status.ABORTED, new Metadata());
          return new ServerCall.Listener<>() {};
        };
    var server = serve(0, handler);
    try (var port = ForwardingPort.to(server.getPort())) {
      var options = CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.HOURS);
      var failure =
          assertThrows(
              StatusRuntimeException.class,
              () ->
                  ClientCalls.blockingUnaryCall(
                      call(port, MethodType.UNARY, options), new byte[1]));
      assertEquals(Status.Code.ABORTED, failure.getStatus().getCode());
      assertTrue(left.get() < 60 && left.get() > 50, () -> "minutes left: " + left.join());
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void aClientThatCancelsCancelsAtTheUpstream() throws Exception {
    var begun = new CountDownLatch(1);
    var cancelled = new CountDownLatch(1);
    ServerCallHandler<byte[], byte[]> handler =
        (_, _) -> {
          begun.countDown();
          return new ServerCall.Listener<>() {
            @Override
            public void onCancel() {
              cancelled.countDown();
            }
          };
        };
    var server = serve(0, handler);
    try (var port = ForwardingPort.to(server.getPort())) {
      var call = call(port);
      call.start(new ClientCall.Listener<>() {}, new Metadata());
      assertTrue(begun.await(10, TimeUnit.SECONDS));
      call.cancel("enough", null);
      assertTrue(cancelled.await(10, TimeUnit.SECONDS));
      Await.until("the port's streams are over", () -> port.openStreams() == 0);
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void aSlowClientSlowsTheUpstream() throws Exception {
    var sent = new AtomicInteger();
    ServerCallHandler<byte[], byte[]> endless =
        (call, _) -> {
          call.sendHeaders(new Metadata());
          return new ServerCall.Listener<>() {
            @Override
            public void onReady() {
              while (call.isReady()) {
                call.sendMessage(new byte[10_000]);
                sent.incrementAndGet();
              }
            }
          };
        };
    var server = serve(0, endless);
    try (var port = ForwardingPort.to(server.getPort());
        var client = port.raw()) {
      client.call(1, BytesService.PATH);
      // It gives no window, so that the first 64 KiB of it are all that it can be sent.
      Await.until("much was sent", () -> sent.get() > 20);
      var before = new AtomicInteger(-1);
      Await.until("no more is sent", () -> before.getAndSet(sent.get()) == sent.get());
      assertTrue(sent.get() < 100, () -> "sent: " + sent);
      client.reset(1, ErrorCode.CANCEL);
      Await.until("the port's streams are over", () -> port.openStreams() == 0);
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void aSlowUpstreamSlowsTheClient() throws Exception {
    ServerCallHandler<byte[], byte[]> deaf = (_, _) -> new ServerCall.Listener<>() {};
    var server = serve(0, deaf);
    try (var port = ForwardingPort.to(server.getPort())) {
      var call = call(port);
      var sent = new AtomicLong();
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onReady() {
              while (call.isReady() && sent.get() < 100 << 20) {
                call.sendMessage(new byte[10_000]);
                sent.addAndGet(10_000);
              }
            }
          },
          new Metadata());
      Await.until("much was sent", () -> sent.get() > 100_000);
      var before = new AtomicLong(-1);
      Await.until("no more is sent", () -> before.getAndSet(sent.get()) == sent.get());
      assertTrue(sent.get() < 4 << 20, () -> "sent: " + sent);
      call.cancel("enough", null);
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void whatTheUpstreamHasNotLookedAtIsSentOnceMore() throws Exception {
    var looked = new AtomicInteger();
    try (var upstream =
            RawServer.http2(
                (peer, frame) -> {
                  if (looked.incrementAndGet() == 1) {
                    peer.awaitType(Frame.DATA);
                    peer.frame(Frame.GOAWAY, 0, 0, new byte[8]);
                    return;
                  }
                  var message = peer.await(RawFrame::endsStream).payload();
                  assertEquals(0, message.length);
                  peer.headers(
                      frame.stream(),
                      true,
                      ":status",
                      "200",
                      "content-type",
                      "application/grpc",
                      "grpc-status",
                      "0");
                });
        var port = ForwardingPort.to(upstream.port());
        var client = port.raw()) {
      client.call(1, "/a.B/C").message(1, true, (byte) 7);
      assertEquals("0", client.response(1).trailer("grpc-status"));
      assertEquals(2, looked.get());
    }
  }

  @Test
  void itIsNotSentAThirdTime() throws Exception {
    var looked = new AtomicInteger();
    try (var upstream =
            RawServer.http2(
                (peer, frame) -> {
                  looked.incrementAndGet();
                  peer.reset(frame.stream(), ErrorCode.REFUSED_STREAM);
                  peer.reset(peer.awaitType(Frame.HEADERS).stream(), ErrorCode.REFUSED_STREAM);
                  looked.incrementAndGet();
                });
        var port = ForwardingPort.to(upstream.port());
        var client = port.raw()) {
      client.call(1, "/a.B/C").message(1, true, (byte) 7);
      assertEquals("14", client.response(1).trailer("grpc-status"));
      Await.until("twice", () -> looked.get() == 2);
    }
  }

  @Test
  void nothingIsDoneTwiceHoweverOftenTheUpstreamIsKilled() throws Exception {
    var done = new ConcurrentHashMap<String, Integer>();
    ServerCallHandler<byte[], byte[]> counting =
        (call, headers) -> {
          call.sendHeaders(new Metadata());
          call.request(2);
          return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
              done.merge(new String(message, UTF_8), 1, Integer::sum);
              call.sendMessage(message);
            }

            @Override
            public void onHalfClose() {
              call.close(Status.OK, new Metadata());
            }
          };
        };
    var first = serve(0, counting);
    int number = first.getPort();
    try (var port = ForwardingPort.to(number);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new AtomicBoolean(true);
      Set<Status.Code> codes = ConcurrentHashMap.newKeySet();
      var succeeded = new CopyOnWriteArrayList<String>();
      var callers = new CopyOnWriteArrayList<Future<?>>();
      for (int i = 0; i < 8; i++) {
        int caller = i;
        callers.add(
            threads.submit(
                () -> {
                  for (int n = 0; running.get(); n++) {
                    var name = caller + "/" + n;
                    try {
                      ClientCalls.blockingUnaryCall(
                          call(port, MethodType.UNARY, CallOptions.DEFAULT), name.getBytes(UTF_8));
                      succeeded.add(name);
                    } catch (StatusRuntimeException e) {
                      codes.add(e.getStatus().getCode());
                      Thread.sleep(5);
                    }
                  }
                  return null;
                }));
      }
      var server = first;
      for (int kill = 0; kill < 5; kill++) {
        int before = succeeded.size();
        Await.until("calls succeed", () -> succeeded.size() > before + 100);
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        server = serve(number, counting);
      }
      int last = succeeded.size();
      Await.until("calls succeed again", () -> succeeded.size() > last + 100);
      running.set(false);
      for (var caller : callers) {
        caller.get(20, TimeUnit.SECONDS);
      }
      server.shutdownNow();
      // A server of grpc-java's that is stopped resets its calls with CANCEL.
      codes.removeAll(Set.of(Status.Code.UNAVAILABLE, Status.Code.CANCELLED));
      assertEquals(Set.of(), codes);
      assertTrue(done.values().stream().allMatch(times -> times == 1), "done twice");
      succeeded.forEach(name -> assertEquals(1, done.get(name)));
    }
  }
}
