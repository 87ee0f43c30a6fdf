package dev.oneport.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A service behind the server: it sees each request byte for byte, and answers as told. */
public final class Origin implements AutoCloseable {
  /** Answers one request on a connection. */
  @FunctionalInterface
  public interface Script {
    /** Whether the connection goes on. */
    boolean answer(Request request, InputStream in, OutputStream out) throws IOException;
  }

  /**
   * A request as it arrived.
   *
   * @param head its lines, without the empty one
   * @param number which one it is, from 1
   */
  public record Request(String head, int number) {
    public String line() {
      return head.lines().findFirst().orElse("");
    }

    /** The values of a field, in any case. */
    public List<String> values(String name) {
      return head.lines()
          .filter(
              line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .toList();
    }

    /** The content, whichever way it is framed. */
    public byte[] content(InputStream in) throws IOException {
      if (!values("transfer-encoding").isEmpty()) {
        return chunks(in);
      }
      var length = values("content-length");
      return length.isEmpty() ? new byte[0] : in.readNBytes(Integer.parseInt(length.getFirst()));
    }

    private static byte[] chunks(InputStream in) throws IOException {
      var all = new ByteArrayOutputStream();
      while (true) {
        int size = Integer.parseInt(nextLine(in), 16);
        all.writeBytes(in.readNBytes(size));
        var line = nextLine(in);
        if (size == 0) {
          while (!line.isEmpty()) {
            line = nextLine(in);
          }
          return all.toByteArray();
        }
      }
    }
  }

  private final ServerSocket listener;
  private final Script script;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<ByteArrayOutputStream> received = new CopyOnWriteArrayList<>();

  private Origin(int port, Script script) {
    try {
      this.listener = new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  public static Origin of(Script script) {
    return new Origin(0, script);
  }

  /** The same at a port that must be free. */
  public static Origin at(int port, Script script) {
    return new Origin(port, script);
  }

  /** Answers each request with its head and content. */
  public static Origin echo() {
    return echoAt(0);
  }

  /** The same at a port that must be free. */
  public static Origin echoAt(int port) {
    return at(
        port,
        (request, in, out) -> {
          var content = new String(request.content(in), StandardCharsets.ISO_8859_1);
          write(out, response(200, request.head() + "\n\n" + content));
          return true;
        });
  }

  /** Answers each request with these bytes, and keeps the connection. */
  public static Origin answering(String bytes) {
    return of(
        (request, in, out) -> {
          request.content(in);
          write(out, bytes);
          return true;
        });
  }

  public static String response(int status, String content) {
    return "HTTP/1.1 %d X\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(status, content.length(), content);
  }

  public static void write(OutputStream out, String bytes) throws IOException {
    out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private void accept() {
    try {
      while (true) {
        var socket = listener.accept();
        open.add(socket);
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(recorded(socket.getInputStream()));
      var more = true;
      while (more) {
        var head = new StringBuilder();
        for (var line = nextLine(in); !line.isEmpty(); line = nextLine(in)) {
          head.append(line).append('\n');
        }
        var request = new Request(head.toString().strip(), requests.size() + 1);
        requests.add(request);
        more = script.answer(request, in, socket.getOutputStream());
      }
    } catch (IOException _) {
      // the connection ended
    } finally {
      open.remove(socket);
    }
  }

  /** Notes each byte that arrives on a connection. */
  private InputStream recorded(InputStream in) {
    var bytes = new ByteArrayOutputStream();
    received.add(bytes);
    return new FilterInputStream(in) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int count = super.read(into, offset, length);
        if (count > 0) {
          bytes.write(into, offset, count);
        }
        return count;
      }
    };
  }

  public static String nextLine(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("the connection ended");
      }
      line.append((char) b);
    }
    return line.toString().strip();
  }

  public int port() {
    return listener.getLocalPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** The requests that arrived, in order. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** What arrived on each connection, one character a byte. */
  public List<String> received() {
    return received.stream().map(bytes -> bytes.toString(StandardCharsets.ISO_8859_1)).toList();
  }

  /** Forgets the requests so far. */
  public void forget() {
    requests.clear();
    received.clear();
  }

  public int connections() {
    return connections.get();
  }

  /** How many connections are open. */
  public int open() {
    return open.size();
  }

  /** Cuts all connections off. */
  public void cut() {
    for (var socket : open) {
      try {
        socket.close();
      } catch (IOException _) {
        // closed
      }
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
