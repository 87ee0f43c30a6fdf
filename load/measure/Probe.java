import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An agent in the measured server. It writes its loopback port to the file in its argument. For
 * each line that it reads there, it answers with the nanoseconds of CPU time and the bytes
 * allocated on the heap since the start. The virtual machine counts what a virtual thread allocates
 * for the thread that carries it, so the total has it.
 */
public final class Probe {
  private Probe() {}

  /** Called by the virtual machine before the server's {@code main}. */
  public static void premain(String file) throws IOException {
    var port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Files.writeString(Path.of(file), port.getLocalPort() + "\n");
    Thread.ofPlatform().daemon().name("probe").start(() -> answer(port));
  }

  private static void answer(ServerSocket port) {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (port;
        var reader = port.accept()) {
      var lines = new BufferedReader(new InputStreamReader(reader.getInputStream()));
      while (lines.readLine() != null) {
        var used = system.getProcessCpuTime() + " " + threads.getTotalThreadAllocatedBytes() + "\n";
        reader.getOutputStream().write(used.getBytes());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
