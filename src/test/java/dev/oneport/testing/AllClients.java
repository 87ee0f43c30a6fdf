package dev.oneport.testing;

import java.net.http.HttpClient.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A client for each protocol, which all call a route of {@link ProbeService}. */
public final class AllClients implements AutoCloseable {
  private final Map<String, Client> clients = new LinkedHashMap<>();

  public AllClients(int port) {
    clients.put("HTTP/1.1", new HttpProbe(port, Version.HTTP_1_1));
    clients.put("HTTP/2", new HttpProbe(port, Version.HTTP_2));
    clients.put("gRPC unary", new GrpcProbe(port, false));
    clients.put("gRPC stream", new GrpcProbe(port, true));
    clients.put("gRPC-Web", new GrpcWebProbe(port, Version.HTTP_1_1));
    clients.put("gRPC-Web on HTTP/2", new GrpcWebProbe(port, Version.HTTP_2));
    clients.put("Connect", new ConnectProbe(port, Version.HTTP_1_1));
    clients.put("Connect on HTTP/2", new ConnectProbe(port, Version.HTTP_2));
    clients.put("WebSocket", new WebSocketProbe(port));
  }

  /** What they are all told; if they are told different things, each of them. */
  public String call(String name, List<HeaderField> headers) throws Exception {
    var reasons = new LinkedHashMap<String, String>();
    for (var client : clients.entrySet()) {
      reasons.put(client.getKey(), client.getValue().call(name, headers).reason());
    }
    var different = new TreeSet<>(reasons.values());
    return different.size() == 1 ? different.first() : reasons.toString();
  }

  @Override
  public void close() {
    clients.values().forEach(Client::close);
  }
}
