package dev.oneport.transport.connect;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.Codec;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.RawMessage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;

/**
 * JSON for a method whose messages pass as bytes, and whose schema and answers come from elsewhere:
 * whatever they are, they fail the call at most.
 */
final class RawJsonCodec implements Codec<RawMessage, RawMessage> {
  private static final int TEXT_PER_BYTE = 4;

  private final Codec<Message, MessageOrBuilder> json;
  private final Descriptor output;
  private final int most;

  /**
   * Creates the codec of a method.
   *
   * @param most the bytes of an answer that can be converted, because a message takes many times
   *     its size; its text may have four times as many characters
   */
  RawJsonCodec(MethodSchema schema, int most) {
    var input = schema.method().getInputType();
    this.output = schema.method().getOutputType();
    this.most = most;
    this.json =
        new JsonCodec<>(
            input,
            () -> DynamicMessage.newBuilder(input),
            message -> message,
            message -> message,
            (long) most * TEXT_PER_BYTE,
            schema.types());
  }

  @Override
  public RawMessage request(InputStream message) {
    try {
      var bytes = json.request(message).toByteArray();
      return new RawMessage(false, bytes, 0, bytes.length);
    } catch (CallFailure e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw failed("message in JSON", e);
    }
  }

  @Override
  public InputStream response(RawMessage message) {
    if (message.length() > most) {
      throw new CallFailure(
          GrpcFailure.MESSAGE_TOO_LARGE, "message of " + message.length() + " bytes, for JSON");
    }
    try {
      return json.response(
          DynamicMessage.parseFrom(
              output,
              CodedInputStream.newInstance(message.bytes(), message.offset(), message.length())));
    } catch (CallFailure e) {
      throw e;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw failed("not a " + output.getFullName() + " that JSON can express", e);
    }
  }

  private static CallFailure failed(String what, Throwable cause) {
    System.getLogger(RawJsonCodec.class.getName()).log(Level.TRACE, what, cause);
    return new CallFailure(GrpcFailure.MALFORMED, what);
  }
}
