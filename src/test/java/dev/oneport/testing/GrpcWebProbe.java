package dev.oneport.testing;

import java.net.http.HttpClient.Version;
import java.util.List;

/** Calls a unary probe with gRPC-Web. */
public final class GrpcWebProbe implements Client {
  private final WebClient client;

  public GrpcWebProbe(int port, Version version) {
    this.client = new WebClient(port, version);
  }

  @Override
  public Reply call(String name, List<HeaderField> headers) throws Exception {
    return open("/Unary/" + name, headers);
  }

  /** Calls any path. */
  public Reply open(String path, List<HeaderField> headers) throws Exception {
    var response =
        client.send(
            "POST",
            path,
            "application/grpc-web+proto",
            WebReply.frame(new byte[] {'h', 'i'}),
            headers);
    if (response.statusCode() != 200) {
      return new Reply("HTTP", String.valueOf(response.statusCode()), "");
    }
    var reply = WebReply.of(response);
    var info = reply.info();
    return reply.messages().isEmpty()
        ? new Reply(info.getReason(), reply.code().name(), info.getDomain())
        : new Reply(Reply.OK, reply.code().name(), "");
  }

  @Override
  public void close() {
    client.close();
  }
}
