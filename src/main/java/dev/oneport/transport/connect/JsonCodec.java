package dev.oneport.transport.connect;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.Codec;
import dev.oneport.transport.calls.GrpcFailure;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Messages in protobuf's JSON format (protobuf.dev/programming-guides/json). Unknown fields are
 * ignored, as in binary messages.
 */
final class JsonCodec<Q, R> implements Codec<Q, R> {
  private final Descriptor type;
  private final Supplier<Message.Builder> builders;
  private final Function<Message, Q> requests;
  private final Function<R, MessageOrBuilder> responses;
  private final long mostText;
  private final JsonNumbers numbers = new JsonNumbers();
  private final JsonFormat.Parser parser;
  private final JsonFormat.Printer printer;

  /**
   * Creates a codec.
   *
   * @param type the type of requests
   * @param mostText the most characters of an answer
   * @param types the types that an Any may hold
   */
  JsonCodec(
      Descriptor type,
      Supplier<Message.Builder> builders,
      Function<Message, Q> requests,
      Function<R, MessageOrBuilder> responses,
      long mostText,
      TypeRegistry types) {
    this.type = type;
    this.builders = builders;
    this.requests = requests;
    this.responses = responses;
    this.mostText = mostText;
    this.parser = JsonFormat.parser().ignoringUnknownFields().usingTypeRegistry(types);
    this.printer = JsonFormat.printer().omittingInsignificantWhitespace().usingTypeRegistry(types);
  }

  /**
   * The codec of a method; empty if its messages are not protobuf.
   *
   * @param types the types that an Any may hold
   */
  static <Q, R> Optional<Codec<Q, R>> of(MethodDescriptor<Q, R> method, TypeRegistry types) {
    return JsonTypes.prototype(method.getResponseMarshaller()).isPresent()
            && method.getRequestMarshaller() instanceof PrototypeMarshaller<Q> requests
        ? JsonTypes.prototype(requests)
            .map(
                prototype ->
                    new JsonCodec<>(
                        prototype.getDescriptorForType(),
                        prototype::newBuilderForType,
                        requests.getMessageClass()::cast,
                        MessageOrBuilder.class::cast,
                        Long.MAX_VALUE,
                        types))
        : Optional.empty();
  }

  @Override
  public Q request(InputStream message) {
    try (message) {
      // An explicit decoder rejects invalid UTF-8, which String's constructor would replace. A
      // Reader would allocate buffers larger than most messages.
      var bytes = ByteBuffer.wrap(message.readAllBytes());
      var json = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      if (numbers.costly(JsonParser.parseString(json), type)) {
        throw malformed();
      }
      var builder = builders.get();
      parser.merge(json, builder);
      return requests.apply(builder.build());
    } catch (IOException | JsonParseException _) {
      throw malformed();
    }
  }

  private static CallFailure malformed() {
    return new CallFailure(GrpcFailure.MALFORMED, "message in JSON");
  }

  @Override
  public InputStream response(R message) {
    var whole = responses.apply(message);
    try {
      var json = new BoundedText(mostText);
      printer.appendTo(whole, json);
      return new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(
          "a message cannot be written in JSON; is the type in its Any known (Mount.types)?", e);
    }
  }
}
