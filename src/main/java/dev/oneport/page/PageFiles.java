package dev.oneport.page;

import io.helidon.http.HeaderNames;
import io.helidon.http.NotFoundException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of the page, read from the jar once. Only listed files exist, so no name can lead out
 * of their folder.
 */
public final class PageFiles {
  private static final String INDEX = "index.html";

  private static final List<String> NAMES =
      List.of(
          INDEX,
          "icon.svg",
          "page.css",
          "main.js",
          "answer.js",
          "audit.js",
          "calls.js",
          "command.js",
          "dom.js",
          "grpc.js",
          "http.js",
          "identity.js",
          "lanes.js",
          "protobuf.js",
          "reasons.js",
          "routes.js",
          "socket.js",
          "state.js");

  private Map<String, PageFile> files = Map.of();

  /** Reads the files. */
  public void load() {
    var read = new HashMap<String, PageFile>();
    NAMES.forEach(name -> read.put(name, PageFile.read(name)));
    files = Map.copyOf(read);
  }

  /** Answers with the page itself. */
  public void index(ServerRequest request, ServerResponse response) {
    send(INDEX, request, response);
  }

  /** Answers with the file that the path names. */
  public void file(ServerRequest request, ServerResponse response) {
    send(request.path().pathParameters().get("file"), request, response);
  }

  private void send(String name, ServerRequest request, ServerResponse response) {
    var file = files.get(name);
    if (file == null) {
      throw new NotFoundException("the page has no such file");
    }
    Shielding.add(response);
    response.header(HeaderNames.ETAG, file.etag());
    // The browser revalidates each time, so after a deployment it gets the new server's files.
    response.header(HeaderNames.CACHE_CONTROL, "no-cache");
    if (request
        .headers()
        .first(HeaderNames.IF_NONE_MATCH)
        .filter(file.etag()::equals)
        .isPresent()) {
      response.status(Status.NOT_MODIFIED_304).send();
      return;
    }
    response.header(HeaderNames.CONTENT_TYPE, file.contentType());
    response.send(file.content());
  }
}
