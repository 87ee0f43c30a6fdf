package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.sample.proto.PingRequest;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebClient;
import dev.oneport.testing.WebReply;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.List;

/** A call whose answer is longer than one message, held open by a real client. */
interface OpenCall extends AutoCloseable {
  /** The ways to make the same call; by Connect there are unary calls only. */
  enum Shape {
    HTTP_1,
    HTTP_2,
    GRPC,
    GRPC_WEB_1,
    GRPC_WEB_2,
    WS
  }

  /** Reads on until there is no more, for a good reason or a bad one. */
  void awaitEnd() throws Exception;

  /** The client leaves before the call has ended. */
  void leave();

  @Override
  default void close() {
    leave();
  }

  /** Calls the handler of a name and waits for the first message of its answer. */
  static OpenCall open(Shape shape, int port, String handler, String token) throws Exception {
    var version = shape.name().endsWith("1") ? Version.HTTP_1_1 : Version.HTTP_2;
    return switch (shape) {
      case HTTP_1, HTTP_2 -> new Http(port, version, "GET", "/" + handler, "", token);
      case GRPC -> new Grpc(port, handler, token);
      case GRPC_WEB_1, GRPC_WEB_2 ->
          new Http(port, version, "POST", "/Ends/" + handler, "application/grpc-web+proto", token);
      case WS -> new Socket(port, handler, token);
    };
  }

  /** On HTTP itself, and what is carried by it. */
  final class Http implements OpenCall {
    private final WebClient client;
    private final InputStream body;

    private Http(int port, Version version, String method, String path, String type, String token)
        throws Exception {
      client = new WebClient(port, version);
      var content = type.isEmpty() ? new byte[0] : WebReply.frame(new byte[0]);
      var request = client.request(method, path, type, content, List.of(HeaderField.bearer(token)));
      if (version == Version.HTTP_2) {
        // The JDK's client asks for HTTP/2 with a request that has no body.
        client.send("GET", "/metrics", "", new byte[0], List.of());
      }
      body = path.endsWith("throw") ? unread(request) : begun(request, version);
    }

    private InputStream begun(HttpRequest request, Version version) throws Exception {
      var answer = client.http().send(request, BodyHandlers.ofInputStream());
      assertEquals(version, answer.version());
      answer.body().read();
      return answer.body();
    }

    /** In the JDK's client a reset overtakes what has arrived and was not read yet. */
    private InputStream unread(HttpRequest request) throws InterruptedException {
      try {
        return client.http().send(request, BodyHandlers.ofInputStream()).body();
      } catch (IOException _) {
        return InputStream.nullInputStream();
      }
    }

    @Override
    public void awaitEnd() {
      try {
        body.transferTo(OutputStream.nullOutputStream());
      } catch (IOException _) {
        // it was cut off
      }
    }

    @Override
    public void leave() {
      client.close();
    }
  }

  /** With grpc-java's Netty client. */
  final class Grpc implements OpenCall {
    private final ManagedChannel channel;
    private final Iterator<PingRequest> answers;

    private Grpc(int port, String handler, String token) {
      channel = TestTls.channel(port).build();
      var metadata = new Metadata();
      metadata.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
      answers =
          ClientCalls.blockingServerStreamingCall(
              ClientInterceptors.intercept(
                  channel, MetadataUtils.newAttachHeadersInterceptor(metadata)),
              method("Ends/" + handler),
              CallOptions.DEFAULT,
              PingRequest.getDefaultInstance());
      answers.next();
    }

    @Override
    public void awaitEnd() {
      try {
        answers.forEachRemaining(_ -> {});
      } catch (StatusRuntimeException _) {
        // it was ended with an error
      }
    }

    @Override
    public void leave() {
      channel.shutdownNow();
    }
  }

  static MethodDescriptor<PingRequest, PingRequest> method(String name) {
    var message = ProtoUtils.marshaller(PingRequest.getDefaultInstance());
    return MethodDescriptor.newBuilder(message, message)
        .setFullMethodName(name)
        .setType(MethodType.SERVER_STREAMING)
        .build();
  }

  /** With the JDK's client. */
  final class Socket implements OpenCall {
    private final TextSocket socket;

    private Socket(int port, String handler, String token) throws Exception {
      socket = TextSocket.open(port, "/ws/" + handler, token);
      socket.next();
    }

    @Override
    public void awaitEnd() throws Exception {
      socket.next();
    }

    @Override
    public void leave() {
      socket.close();
    }
  }
}
