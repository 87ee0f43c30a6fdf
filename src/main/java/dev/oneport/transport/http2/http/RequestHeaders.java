package dev.oneport.transport.http2.http;

import dev.oneport.transport.http2.RequestHead;
import io.helidon.common.tls.TlsUtils;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import java.util.StringJoiner;

/** The fields of a request in Helidon's form. */
public final class RequestHeaders {
  private RequestHeaders() {}

  public static WritableHeaders<?> of(RequestHead head, ConnectionContext context) {
    var headers = WritableHeaders.create();
    var cookies = new StringJoiner("; ");
    for (var field : head.fields()) {
      switch (field.name()) {
        // Names the TLS client; only the server may set it.
        case "x-helidon-cn" -> {}
        // Cookies may be split (RFC 9113 section 8.2.3).
        case "cookie" -> cookies.add(field.value());
        default ->
            headers.add(
                HeaderValues.create(HeaderNames.createFromLowercase(field.name()), field.value()));
      }
    }
    if (cookies.length() > 0) {
      headers.set(HeaderValues.create(HeaderNames.COOKIE, cookies.toString()));
    }
    if (!head.authority().isEmpty()) {
      headers.set(HeaderValues.create(HeaderNames.HOST, head.authority()));
    }
    addPeer(headers, context);
    return headers;
  }

  private static void addPeer(WritableHeaders<?> headers, ConnectionContext context) {
    if (context.isSecure()) {
      context
          .remotePeer()
          .tlsCertificates()
          .flatMap(TlsUtils::parseCn)
          .ifPresent(name -> headers.set(HeaderNames.X_HELIDON_CN, name));
    }
    context
        .proxyProtocolData()
        .ifPresent(
            proxy -> {
              if (!proxy.sourceAddress().isEmpty()) {
                headers.add(HeaderNames.X_FORWARDED_FOR, proxy.sourceAddress());
              }
              if (proxy.sourcePort() != -1) {
                headers.set(HeaderNames.X_FORWARDED_PORT, String.valueOf(proxy.sourcePort()));
              }
            });
  }
}
