package dev.oneport.transport.http2.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Opens connections to one server. */
@FunctionalInterface
public interface Dialer {
  /** Connects a socket within the time limit. */
  Socket dial(Duration timeout) throws IOException;

  /** Connects without TLS. The name is resolved each time, and its addresses are tried in turn. */
  static Dialer plain(String host, int port) {
    return timeout -> connect(host, port, timeout);
  }

  /** Connects with TLS, verifies that the certificate matches the host, and negotiates h2. */
  static Dialer tls(String host, int port, SSLContext context) {
    return timeout -> {
      long deadline = System.nanoTime() + timeout.toNanos();
      var socket = connect(host, port, timeout);
      try {
        var secure = (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true);
        var parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {"h2"});
        secure.setSSLParameters(parameters);
        secure.setSoTimeout(millis(Duration.ofNanos(deadline - System.nanoTime())));
        secure.startHandshake();
        if (!"h2".equals(secure.getApplicationProtocol())) {
          throw new IOException("the server does not agree on h2");
        }
        secure.setSoTimeout(0);
        return secure;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    };
  }

  private static Socket connect(String host, int port, Duration timeout) throws IOException {
    var addresses = InetAddress.getAllByName(host);
    var failure = new IOException("no address");
    var each = timeout.dividedBy(addresses.length);
    for (var address : Arrays.asList(addresses)) {
      var socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        socket.connect(new InetSocketAddress(address, port), millis(each));
        return socket;
      } catch (IOException e) {
        socket.close();
        failure = e;
      }
    }
    throw failure;
  }

  private static int millis(Duration time) {
    return Math.clamp(time.toMillis(), 1, Integer.MAX_VALUE);
  }
}
