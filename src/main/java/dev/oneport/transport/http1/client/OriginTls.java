package dev.oneport.transport.http1.client;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * TLS with a server, whose certificate must match its name.
 *
 * @param host the server's name
 */
public record OriginTls(SSLContext context, String host) {
  Socket over(Socket plain, int port, List<String> protocols) throws IOException {
    var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(protocols.toArray(String[]::new));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }
}
