package dev.oneport.gateway;

import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.ServedExchange;
import dev.oneport.transport.StatusRules;
import dev.oneport.transport.http1.client.OriginHead;
import dev.oneport.transport.http1.client.OriginResponse;
import dev.oneport.transport.http1.client.ResponseContent;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** Passes an upstream's response on to the client, without its hop-by-hop fields. */
final class ResponseRelay {
  private static final int SIZE = 16 << 10;
  private static final int SWITCHING = 101;

  private final OriginResponse received;
  private final boolean head;
  private final Runnable complete;

  /**
   * Creates a relay for one response.
   *
   * @param head whether it answers a HEAD request
   * @param complete runs when all of it has arrived, before the client has all of it
   */
  ResponseRelay(OriginResponse received, boolean head, Runnable complete) {
    this.received = received;
    this.head = head;
    this.complete = complete;
  }

  void to(ServerResponse response) throws IOException {
    var from = received.head();
    if (from.status() == SWITCHING) {
      throw new IOException("a protocol that was not asked for");
    }
    response.status(
        from.reason().isEmpty()
            ? Status.create(from.status())
            : Status.create(from.status(), from.reason()));
    fields(response);
    var content = received.content();
    var length = content.length().orElse(Long.MAX_VALUE);
    if (head && lengthUnknown(from)) {
      complete.run();
      // A head alone: send() would announce a length of 0 (RFC 9110 section 8.6).
      try (var out = response.outputStream()) {
        out.flush();
      }
    } else if (head || length == 0) {
      complete.run();
      response.send();
    } else if (length <= content.available()) {
      var all = whole(content, (int) length);
      complete.run();
      response.send(all);
    } else {
      if (length == Long.MAX_VALUE) {
        trailers(response);
      }
      stream(content, response);
    }
  }

  private static boolean lengthUnknown(OriginHead from) {
    return HeaderLine.values(from.fields(), "content-length").isEmpty()
        && StatusRules.mayHaveLength(from.status());
  }

  private void trailers(ServerResponse response) {
    var announced = HeaderLine.values(received.head().fields(), "trailer");
    if (!announced.isEmpty()) {
      response.header(HeaderValues.create(HeaderNames.TRAILER, announced));
    }
    var content = received.content();
    ServedExchange.current().responseTrailers(() -> Trailers.ofResponse(content.trailers()));
  }

  /** The fields of an interim response that are for the client too. */
  static List<HeaderLine> passed(OriginHead head) {
    var hops = HopByHop.of(head.fields());
    return head.fields().stream()
        .filter(line -> !hops.has(line.name()) && !line.named("content-length"))
        .toList();
  }

  private void fields(ServerResponse response) {
    var from = received.head().fields();
    var hops = HopByHop.of(from);
    var values = new LinkedHashMap<String, List<String>>();
    for (var line : from) {
      if (!hops.has(line.name())) {
        values
            .computeIfAbsent(line.name().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
            .add(line.value());
      }
    }
    values.computeIfAbsent("via", _ -> new ArrayList<>()).add("1.1 oneport");
    values.forEach(
        (name, all) -> response.header(HeaderValues.create(HeaderNames.create(name), all)));
  }

  private static byte[] whole(ResponseContent content, int length) throws IOException {
    var bytes = content.readNBytes(length);
    // Reads up to the end, so that the connection can be used again.
    var _ = content.read();
    return bytes;
  }

  private void stream(ResponseContent content, ServerResponse response) throws IOException {
    try (var out = response.outputStream()) {
      var bytes = new byte[SIZE];
      out.flush();
      for (int read = content.read(bytes, 0, SIZE);
          read >= 0;
          read = content.read(bytes, 0, SIZE)) {
        out.write(bytes, 0, read);
        if (content.available() == 0) {
          out.flush();
        }
      }
      complete.run();
    }
  }
}
