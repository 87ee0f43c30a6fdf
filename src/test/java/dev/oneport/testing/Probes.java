package dev.oneport.testing;

import java.net.http.HttpClient.Version;
import java.util.List;

/** A client for each way to call a route. */
public final class Probes {
  private Probes() {}

  public static List<String> names() {
    return List.of(
        "HTTP/1.1",
        "HTTP/2",
        "gRPC unary",
        "gRPC stream",
        "gRPC-Web",
        "gRPC-Web on HTTP/2",
        "Connect",
        "Connect on HTTP/2",
        "WebSocket");
  }

  /** The client with this name. */
  public static Client of(String name, int port) {
    return switch (name) {
      case "HTTP/1.1" -> new HttpProbe(port, Version.HTTP_1_1);
      case "HTTP/2" -> new HttpProbe(port, Version.HTTP_2);
      case "gRPC unary" -> new GrpcProbe(port, false);
      case "gRPC stream" -> new GrpcProbe(port, true);
      case "gRPC-Web" -> new GrpcWebProbe(port, Version.HTTP_1_1);
      case "gRPC-Web on HTTP/2" -> new GrpcWebProbe(port, Version.HTTP_2);
      case "Connect" -> new ConnectProbe(port, Version.HTTP_1_1);
      case "Connect on HTTP/2" -> new ConnectProbe(port, Version.HTTP_2);
      case "WebSocket" -> new WebSocketProbe(port);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
