package dev.oneport.builtins;

import dev.oneport.api.Mount;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.api.Service;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * The public keys of assertions, for upstreams: a JSON Web Key Set at {@code GET
 * /.well-known/oneport/jwks.json}.
 */
public final class PublishedKeys implements Service {
  public static final Route ROUTE = new Route(Protocol.HTTP, "GET /.well-known/oneport/jwks.json");

  private volatile Supplier<String> keys = () -> "{\"keys\":[]}";

  /** Sets the source of the keys. */
  public void publish(Supplier<String> source) {
    keys = source;
  }

  @Override
  public void mount(Mount port) {
    port.http().get("/.well-known/oneport/jwks.json", this::answer);
  }

  private void answer(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, "application/jwk-set+json");
    // Half of the time for which a new key is published before it signs.
    response.header(HeaderNames.CACHE_CONTROL, "public, max-age=300");
    response.send(keys.get().getBytes(StandardCharsets.UTF_8));
  }
}
