import dev.oneport.api.Mount;
import dev.oneport.api.Service;

/** Reads whole bodies, as most JSON services do. */
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
