package dev.oneport.transport.http2.http;

import dev.oneport.transport.http2.Http2Stream;
import io.helidon.common.LazyValue;
import io.helidon.common.concurrency.limits.LimitAlgorithm.Outcome;
import io.helidon.common.context.Context;
import io.helidon.common.context.Contexts;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.uri.UriInfo;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.Header;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RoutedPath;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.WritableHeaders;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.media.ReadableEntity;
import io.helidon.http.media.ReadableEntityBase;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.http.HttpSecurity;
import io.helidon.webserver.http.RoutingRequest;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A request on an HTTP/2 stream, for Helidon's routing and handlers. */
public final class HttpRequest implements RoutingRequest {
  private final Http2Stream stream;
  private final ConnectionContext connection;
  private final HttpSecurity security;
  private final ServerRequestHeaders headers;
  private final Outcome outcome;
  private final StreamBody body;
  private final LazyValue<ReadableEntity> entity;
  private HttpPrologue prologue;
  private @Nullable RoutedPath path;
  private @Nullable String matchingPattern;
  private @Nullable Context context;
  private UnaryOperator<InputStream> streamFilter = UnaryOperator.identity();

  public HttpRequest(
      Http2Stream stream,
      HttpPrologue prologue,
      WritableHeaders<?> headers,
      ContentDecoder decoder,
      HttpSecurity security,
      Outcome outcome) {
    this.stream = stream;
    this.connection = stream.context();
    this.prologue = prologue;
    this.headers = ServerRequestHeaders.create(headers);
    this.security = security;
    this.outcome = outcome;
    this.body = new StreamBody(stream);
    this.entity = LazyValue.create(() -> entity(decoder));
  }

  private ReadableEntity entity(ContentDecoder decoder) {
    if (stream.isBodiless()) {
      return ReadableEntityBase.empty();
    }
    return new RequestEntity(body, decoder, streamFilter, headers, stream);
  }

  @Override
  public void reset() {}

  @Override
  public boolean isSecure() {
    return connection.isSecure();
  }

  @Override
  public RoutedPath path() {
    var routed = path;
    if (routed == null) {
      throw new IllegalStateException("not routed yet");
    }
    return routed;
  }

  @Override
  public ReadableEntity content() {
    return entity.get();
  }

  @Override
  public String socketId() {
    return connection.childSocketId();
  }

  @Override
  public String serverSocketId() {
    return connection.socketId();
  }

  @Override
  public HttpPrologue prologue() {
    return prologue;
  }

  @Override
  public ServerRequestHeaders headers() {
    return headers;
  }

  @Override
  public UriQuery query() {
    return prologue.query();
  }

  @Override
  public PeerInfo remotePeer() {
    return connection.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return connection.localPeer();
  }

  @Override
  public String authority() {
    return stream.request().authority();
  }

  /** Does nothing visible, as in Helidon's own requests. */
  @Override
  public void header(Header header) {}

  @Override
  public int id() {
    return stream.id();
  }

  @Override
  public RoutingRequest path(RoutedPath routedPath) {
    path = routedPath;
    return this;
  }

  @Override
  public RoutingRequest prologue(HttpPrologue newPrologue) {
    prologue = newPrologue;
    return this;
  }

  @Override
  public RoutingRequest matchingPattern(String pattern) {
    matchingPattern = pattern;
    return this;
  }

  @Override
  public Optional<String> matchingPattern() {
    return Optional.ofNullable(matchingPattern);
  }

  @Override
  public ListenerContext listenerContext() {
    return connection.listenerContext();
  }

  @Override
  public Context context() {
    var known = context;
    if (known == null) {
      known = Contexts.context().orElseGet(this::newContext);
      known.register(outcome);
      context = known;
    }
    return known;
  }

  private Context newContext() {
    return Context.builder()
        .parent(connection.listenerContext().context())
        .id("[" + serverSocketId() + " " + socketId() + "] http/2: " + id())
        .build();
  }

  @Override
  public HttpSecurity security() {
    return security;
  }

  @Override
  public UriInfo requestedUri() {
    return RequestedUri.of(connection, path().absolute().path(), headers, query());
  }

  @Override
  public boolean continueSent() {
    return body.continueSent();
  }

  @Override
  public void streamFilter(UnaryOperator<InputStream> filter) {
    var before = streamFilter;
    streamFilter = stream -> filter.apply(before.apply(stream));
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return connection.proxyProtocolData();
  }
}
