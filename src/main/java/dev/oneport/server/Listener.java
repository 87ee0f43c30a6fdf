package dev.oneport.server;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.HttpLogConfig;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.websocket.WsConfig;

/** The one listener: HTTP/1.1, HTTP/2, gRPC and WebSocket side by side, told apart per request. */
final class Listener {
  /**
   * Cancelled gRPC calls count as rapid resets over the life of a connection; the default of 50
   * ends good ones.
   */
  private static final int MAX_RAPID_RESETS = 10_000;

  private Listener() {}

  static WebServerConfig.Builder builder(Settings settings) {
    var builder =
        WebServer.builder()
            .port(settings.port())
            // Who starts the server stops it, and in order.
            .shutdownHook(false)
            .shutdownGracePeriod(settings.gracePeriod())
            .featuresDiscoverServices(false)
            .maxPayloadSize(settings.maxBodySize())
            .idleConnectionTimeout(settings.idleTimeout())
            // Without tcp-no-delay each gRPC call waits some 40 ms for an acknowledgement.
            .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
            .errorHandling(ErrorHandling.builder().includeEntity(true).build())
            .directHandlers(HttpAnswers.direct())
            .addProtocol(http1(settings))
            .addProtocol(http2(settings))
            .addProtocol(
                GrpcConfig.builder().maxReadBufferSize(settings.maxGrpcMessageSize()).build())
            .addProtocol(
                WsConfig.builder().maxFrameLength(settings.maxWebSocketFrameSize()).build());
    settings.host().ifPresent(builder::host);
    return builder;
  }

  /** Helidon can log what it reads and writes; tokens are among that. */
  private static HttpLogConfig silent() {
    return HttpLogConfig.builder().receiveLog(false).sendLog(false).build();
  }

  private static Http1Config http1(Settings settings) {
    return Http1Config.builder().maxHeadersSize(settings.maxHeaderSize()).log(silent()).build();
  }

  private static Http2Config http2(Settings settings) {
    return Http2Config.builder()
        .maxHeaderListSize(settings.maxHeaderSize())
        .maxConcurrentStreams(settings.maxConcurrentStreams())
        .maxRapidResets(MAX_RAPID_RESETS)
        .log(silent())
        .build();
  }
}
