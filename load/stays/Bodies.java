import dev.oneport.api.Mount;
import dev.oneport.api.Service;

/** Reads bodies whole, as most services do that take JSON. */
public final class Bodies implements Service {
  @Override
  public void mount(Mount port) {
    port.http()
        .post(
            "/body",
            (request, response) ->
                response.send(String.valueOf(request.content().as(byte[].class).length)));
  }
}
