package dev.oneport.server;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;

/** A service that reads bodies whole, as most do that take JSON. */
public final class BodyService implements Service {
  @Override
  public void mount(Mount port) {
    port.http()
        .post(
            "/body",
            (request, response) ->
                response.send(String.valueOf(request.content().as(byte[].class).length)));
  }
}
