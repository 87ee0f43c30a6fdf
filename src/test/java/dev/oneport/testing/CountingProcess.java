package dev.oneport.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.oneport.transport.grpc.BytesService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * An upstream in a process of its own, which can be killed: {@link CountingOrigin}, and the same
 * over gRPC. Each id is on its way to this process before its call is answered.
 */
public final class CountingProcess implements AutoCloseable {
  private static final Pattern PORTS = Pattern.compile("ports (\\d+) (\\d+)");

  private final Process process;
  private final Thread reader;
  private final int http;
  private final int grpc;

  private CountingProcess(Process process, BufferedReader out, Consumer<String> count)
      throws IOException {
    this.process = process;
    var ports = PORTS.matcher(String.valueOf(out.readLine()));
    if (!ports.matches()) {
      throw new IOException("the upstream did not start");
    }
    this.http = Integer.parseInt(ports.group(1));
    this.grpc = Integer.parseInt(ports.group(2));
    this.reader = Thread.ofVirtual().start(() -> out.lines().forEach(count));
  }

  /** Starts one at ports that must be free; 0 for any. */
  public static CountingProcess start(int http, int grpc, Consumer<String> count)
      throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                CountingProcess.class.getName(),
                String.valueOf(http),
                String.valueOf(grpc))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new CountingProcess(
        process, new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)), count);
  }

  public int http() {
    return http;
  }

  public int grpc() {
    return grpc;
  }

  /** Sends SIGKILL, and returns when it has ended and all it did is counted. */
  public void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
    reader.join();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Runs the upstream. */
  public static void main(String... ports) throws Exception {
    Consumer<String> count = CountingProcess::print;
    var grpc = grpcAt(Integer.parseInt(ports[1]), count);
    try (var http = CountingOrigin.at(Integer.parseInt(ports[0]), count)) {
      print("ports " + http.port() + " " + grpc.getPort());
      // Ends with the process that started it, if that does not end it before.
      while (System.in.read() >= 0) {}
    }
    grpc.shutdownNow();
  }

  private static void print(String line) {
    // In one write, which reaches the pipe whole.
    System.out.writeBytes((line + "\n").getBytes(UTF_8));
    System.out.flush();
  }

  /** A gRPC server that counts its messages, and answers each. */
  public static Server grpcAt(int port, Consumer<String> count) throws IOException {
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .addService(BytesService.bidi((call, _) -> answer(call, count)))
        .build()
        .start();
  }

  private static ServerCall.Listener<byte[]> answer(
      ServerCall<byte[], byte[]> call, Consumer<String> count) {
    call.sendHeaders(new Metadata());
    call.request(2);
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(byte[] message) {
        count.accept(new String(message, UTF_8));
        call.sendMessage(CountingOrigin.DONE.getBytes(UTF_8));
      }

      @Override
      public void onHalfClose() {
        call.close(Status.OK, new Metadata());
      }
    };
  }
}
