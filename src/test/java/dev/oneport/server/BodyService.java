package dev.oneport.server;

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
