package dev.oneport.testing;

import dev.oneport.sample.proto.EchoGrpc.EchoImplBase;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import io.grpc.stub.StreamObserver;
import io.helidon.common.socket.SocketOptions;
import io.helidon.config.Config;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.http.HttpRouting;

/**
 * Plain Helidon with one route and one gRPC method, without authentication: the baseline of {@code
 * load/cold-start}.
 */
public final class BareServer {
  private BareServer() {}

  public static void main(String[] args) {
    WebServer.builder()
        .port(Integer.parseInt(System.getenv("PORT")))
        .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
        .addRouting(
            HttpRouting.builder()
                .get("/ping", (_, response) -> response.send("{\"message\":\"pong\"}")))
        .addRouting(GrpcRouting.builder().config(Config.empty()).service(new Ping()))
        .build()
        .start();
  }

  private static final class Ping extends EchoImplBase {
    @Override
    public void ping(PingRequest request, StreamObserver<PongResult> answer) {
      answer.onNext(PongResult.newBuilder().setMessage("pong").build());
      answer.onCompleted();
    }
  }
}
