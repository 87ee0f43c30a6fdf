package dev.oneport.testing;

import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A gRPC-Web response, parsed by hand.
 *
 * @param trailers those of the last frame, or the headers if there is none
 */
public record WebReply(int http, List<byte[]> messages, Map<String, String> trailers) {
  private static final int PREFIX = 5;

  /** A message in gRPC's framing. */
  public static byte[] frame(byte[] message) {
    return ByteBuffer.allocate(PREFIX + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }

  public static WebReply of(HttpResponse<byte[]> response) throws IOException {
    var type = response.headers().firstValue("content-type").orElse("");
    var body =
        type.startsWith("application/grpc-web-text") ? decode(response.body()) : response.body();
    var messages = new ArrayList<byte[]>();
    var trailers = new LinkedHashMap<String, String>();
    var in = new ByteArrayInputStream(body);
    while (in.available() > 0) {
      int flags = in.read();
      var content = next(in);
      if ((flags & 0x80) == 0) {
        messages.add(content);
      } else {
        new String(content, StandardCharsets.ISO_8859_1)
            .lines()
            .map(line -> line.split(": ?", 2))
            .forEach(field -> trailers.put(field[0], field[1]));
      }
    }
    if (trailers.isEmpty()) {
      response.headers().map().forEach((name, values) -> trailers.put(name, values.getFirst()));
    }
    return new WebReply(response.statusCode(), messages, trailers);
  }

  private static byte[] next(InputStream in) throws IOException {
    return in.readNBytes(ByteBuffer.wrap(in.readNBytes(4)).getInt());
  }

  /** Decodes pieces that were encoded separately, with padding between them. */
  private static byte[] decode(byte[] text) {
    var target = ByteBuffer.allocate(text.length);
    for (int i = 0; i < text.length; i += 4) {
      target.put(Base64.getDecoder().decode(ByteBuffer.wrap(text, i, 4)));
    }
    var bytes = new byte[target.position()];
    target.flip().get(bytes);
    return bytes;
  }

  public Code code() {
    var status = trailers.get("grpc-status");
    return status == null
        ? Code.UNKNOWN
        : io.grpc.Status.fromCodeValue(Integer.parseInt(status)).getCode();
  }

  /** The {@code ErrorInfo} in the details; the default instance if there is none. */
  public ErrorInfo info() throws IOException {
    var details = trailers.get("grpc-status-details-bin");
    return details == null
        ? ErrorInfo.getDefaultInstance()
        : Status.parseFrom(Base64.getDecoder().decode(details))
            .getDetails(0)
            .unpack(ErrorInfo.class);
  }
}
