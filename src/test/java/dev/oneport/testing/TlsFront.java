package dev.oneport.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Terminates TLS in front of a server, as a platform's front end does. */
public final class TlsFront implements AutoCloseable {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final SSLServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /**
   * Starts to listen.
   *
   * @param protocols the protocols offered by ALPN
   */
  public TlsFront(Path keyStore, int target, String... protocols) {
    try {
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(KeyStore.getInstance(keyStore.toFile(), PASSWORD), PASSWORD);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      this.listener =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 100, InetAddress.getLoopbackAddress());
      var parameters = listener.getSSLParameters();
      parameters.setApplicationProtocols(protocols);
      listener.setSSLParameters(parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    this.target = target;
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** A key and a certificate from a new authority, made with keytool. */
  public static Path keyStore(Path folder, String name, String... options) {
    var file = folder.resolve(name + ".p12");
    keytool(file, "-alias", "authority", "-dname", "CN=authority", "-ext", "bc:c");
    var command =
        new ArrayList<>(
            List.of("-alias", "server", "-dname", "CN=" + name, "-signer", "authority"));
    command.addAll(List.of(options));
    keytool(file, command.toArray(String[]::new));
    return file;
  }

  private static void keytool(Path keyStore, String... options) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", keyStore.toString(), "-storepass", "changeit"));
    command.addAll(List.of(options));
    try {
      var process = new ProcessBuilder(command).inheritIO().start();
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IllegalStateException("keytool failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The authority's certificate, for clients that should trust it. */
  public static Path certificate(Path keyStore) {
    try {
      var certificate =
          KeyStore.getInstance(keyStore.toFile(), PASSWORD).getCertificate("authority");
      var pem =
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
              + "\n-----END CERTIFICATE-----\n";
      return Files.writeString(keyStore.resolveSibling(keyStore.getFileName() + ".pem"), pem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (var socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = (SSLSocket) listener.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void connect(SSLSocket client) {
    open.add(client);
    try (client;
        var server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      client.startHandshake();
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      var up = Thread.ofVirtual().start(() -> pump(client, server));
      pump(server, client);
      up.join();
    } catch (IOException e) {
      // The client rejects the certificate, or is gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One end is gone; the other is closed below.
    } finally {
      try {
        to.close();
      } catch (IOException e) {
        // It was closed already.
      }
    }
  }
}
