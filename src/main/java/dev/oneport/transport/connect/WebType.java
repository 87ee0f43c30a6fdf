package dev.oneport.transport.connect;

import java.util.Locale;
import java.util.Optional;

/** The format of a request's message, from its content type. */
enum WebType {
  /** gRPC-Web: gRPC's framing, with the status in a last frame. */
  GRPC_WEB("application/grpc-web+proto"),
  /** The same in base64, for browsers that only pass text to scripts. */
  GRPC_WEB_TEXT("application/grpc-web-text+proto"),
  /** Connect's unary format: the bare message. */
  PROTO("application/proto"),
  /** Connect's unary format in protobuf's JSON. */
  JSON("application/json"),
  /** Connect's streaming format: messages in envelopes, with the status in a last one. */
  CONNECT_PROTO("application/connect+proto"),
  /** The same with messages in protobuf's JSON. */
  CONNECT_JSON("application/connect+json");

  private final String mediaType;

  WebType(String mediaType) {
    this.mediaType = mediaType;
  }

  /** Whether messages are in JSON, for which their schema must be known. */
  boolean isJson() {
    return this == JSON || this == CONNECT_JSON;
  }

  /** Whether it is a streaming format of the Connect protocol. */
  boolean isConnectStream() {
    return this == CONNECT_PROTO || this == CONNECT_JSON;
  }

  /** The content type of the answers. */
  String mediaType() {
    return mediaType;
  }

  /** The format for a content type; empty if it is none of these, or its charset is not UTF-8. */
  static Optional<WebType> of(String contentType) {
    var parts = contentType.toLowerCase(Locale.ROOT).split(";", 2);
    var type =
        switch (parts[0].strip()) {
          case "application/grpc-web", "application/grpc-web+proto" -> Optional.of(GRPC_WEB);
          case "application/grpc-web-text", "application/grpc-web-text+proto" ->
              Optional.of(GRPC_WEB_TEXT);
          case "application/proto" -> Optional.of(PROTO);
          case "application/json" -> Optional.of(JSON);
          case "application/connect+proto" -> Optional.of(CONNECT_PROTO);
          case "application/connect+json" -> Optional.of(CONNECT_JSON);
          default -> Optional.<WebType>empty();
        };
    return parts.length == 1 || isUtf8(parts[1]) ? type : Optional.empty();
  }

  private static boolean isUtf8(String parameters) {
    var text = parameters.strip().replace("\"", "");
    return !text.startsWith("charset=") || text.equals("charset=utf-8");
  }
}
