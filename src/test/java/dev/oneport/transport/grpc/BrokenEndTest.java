package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.Await;
import io.grpc.Metadata;
import io.grpc.Metadata.BinaryStreamMarshaller;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.InputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An end that cannot be written is another end, for which no client waits. */
@Timeout(30)
final class BrokenEndTest {
  /** Gives its bytes only when the trailers are written. */
  private static final class Unwritable implements BinaryStreamMarshaller<String> {
    private final boolean error;

    Unwritable(boolean error) {
      this.error = error;
    }

    @Override
    public InputStream toStream(String value) {
      if (error) {
        throw new OutOfMemoryError("not really");
      }
      throw new IllegalStateException("a secret of the handler");
    }

    @Override
    public String parseStream(InputStream stream) {
      return String.valueOf(stream);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void trailersThatCannotBeWrittenEndTheCallWithInternal(boolean error) {
    var handler =
        new Recorder() {
          @Override
          void halfClose(ServerCall<byte[], byte[]> call) {
            var trailers = new Metadata();
            trailers.put(Metadata.Key.of("x-bin", new Unwritable(error)), "x");
            call.sendHeaders(new Metadata());
            call.sendMessage(new byte[300_000]);
            call.close(Status.OK, trailers);
          }
        };
    try (var port = GrpcPort.builder().service(BytesService.unary(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, true);
      assertEquals("13", client.response(1).trailer("grpc-status"));
      Await.until("the stream is given back", () -> port.openStreams() == 0);
      assertEquals(1, handler.cancels.get());
      assertTrue(client.isAlive());
    }
  }
}
