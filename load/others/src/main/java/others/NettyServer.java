package others;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;

/** grpc-java on Netty with its defaults, without authentication. */
final class NettyServer {
  private NettyServer() {}

  public static void main(String[] args) throws Exception {
    var server = NettyServerBuilder.forPort(0).addService(new Calls()).build().start();
    System.out.println("listening on port " + server.getPort());
    server.awaitTermination();
  }
}
