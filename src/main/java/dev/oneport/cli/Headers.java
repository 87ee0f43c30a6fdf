package dev.oneport.cli;

import dev.oneport.client.InvalidInput;
import io.grpc.Metadata;
import java.net.http.HttpRequest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import picocli.CommandLine.Option;

/** The option for a call's headers. */
final class Headers {
  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME:VALUE",
      description = "A header to send; may be given several times.")
  private List<String> headers = List.of();

  /** Sets the headers of an HTTP request, replacing those with the same name. */
  void addTo(HttpRequest.Builder request) {
    each(
        (name, value) -> {
          try {
            request.setHeader(name, value);
          } catch (IllegalArgumentException e) {
            throw new InvalidInput("the header " + name + " cannot be set");
          }
        });
  }

  /** The headers as gRPC metadata; the value of a name that ends in {@code -bin} is base64. */
  Metadata metadata() {
    var metadata = new Metadata();
    each((name, value) -> put(metadata, name.toLowerCase(Locale.ROOT), value));
    return metadata;
  }

  private static void put(Metadata metadata, String name, String value) {
    try {
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        metadata.put(
            Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER),
            Base64.getMimeDecoder().decode(value));
      } else {
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
      }
    } catch (IllegalArgumentException e) {
      throw new InvalidInput("the header " + name + " cannot be set");
    }
  }

  private void each(BiConsumer<String, String> action) {
    for (var header : headers) {
      int colon = header.indexOf(':');
      if (colon < 1) {
        throw new InvalidInput("-H needs a name and a value, such as -H 'x-request-id: 1'");
      }
      action.accept(header.substring(0, colon).strip(), header.substring(colon + 1).strip());
    }
  }
}
