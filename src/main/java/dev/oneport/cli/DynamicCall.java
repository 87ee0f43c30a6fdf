package dev.oneport.cli;

import com.google.gson.JsonParseException;
import com.google.gson.JsonStreamParser;
import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.oneport.client.CallFailed;
import dev.oneport.client.Connection;
import dev.oneport.client.ForeignText;
import dev.oneport.client.InvalidInput;
import dev.oneport.client.OnePortClient;
import dev.oneport.client.Problem;
import dev.oneport.client.Received.Ended;
import dev.oneport.client.Received.Got;
import dev.oneport.client.Received.Quiet;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A call of a method that is known only by its descriptor, with messages in JSON. */
final class DynamicCall {
  private static final Duration ANY = Duration.ofDays(1000);

  private final Descriptors.MethodDescriptor described;
  private final MethodType type;
  private final Duration timeout;
  private final JsonFormat.Parser parser;
  private final JsonFormat.Printer printer;

  /**
   * A call.
   *
   * @param timeout a unary call waits twice this long for its answer; other calls wait without a
   *     limit
   */
  DynamicCall(Descriptors.MethodDescriptor described, Duration timeout) {
    this.described = described;
    this.timeout = timeout;
    this.type =
        described.isClientStreaming()
            ? described.isServerStreaming()
                ? MethodType.BIDI_STREAMING
                : MethodType.CLIENT_STREAMING
            : described.isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY;
    var types =
        TypeRegistry.newBuilder()
            .add(described.getInputType())
            .add(described.getOutputType())
            .add(described.getFile().getMessageTypes())
            .build();
    this.parser = JsonFormat.parser().usingTypeRegistry(types);
    this.printer = JsonFormat.printer().usingTypeRegistry(types).omittingInsignificantWhitespace();
  }

  void make(OnePortClient client, List<String> data, Metadata headers, Results results)
      throws InterruptedException {
    if (type.clientSendsOneMessage()) {
      // Parsed before the call starts, so that invalid JSON is reported without making the call.
      var one = one(messages(data).toList());
      exchange(client, Stream.of(one), headers, results);
    } else {
      exchange(client, messages(data), headers, results);
    }
  }

  private void exchange(
      OnePortClient client, Stream<DynamicMessage> messages, Metadata headers, Results results)
      throws InterruptedException {
    var wrong = new AtomicReference<@Nullable InvalidInput>();
    try (var call = client.open(method(), headers)) {
      var sender = Thread.ofVirtual().start(() -> send(messages, call, wrong));
      try {
        receive(call, results);
      } catch (CallFailed e) {
        throw wrong.get() == null ? e : new InvalidInput(String.valueOf(wrong.get().getMessage()));
      } finally {
        sender.interrupt();
      }
    }
  }

  private void send(
      Stream<DynamicMessage> messages,
      Connection<DynamicMessage, DynamicMessage> call,
      AtomicReference<@Nullable InvalidInput> wrong) {
    try {
      var each = messages.iterator();
      while (each.hasNext() && call.send(each.next())) {}
      call.finish();
    } catch (InvalidInput e) {
      wrong.set(e);
      call.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void receive(Connection<DynamicMessage, DynamicMessage> call, Results results)
      throws InterruptedException {
    var longest = type == MethodType.UNARY ? timeout.multipliedBy(2) : ANY;
    var answers = new ArrayList<DynamicMessage>();
    while (true) {
      switch (call.receive(longest)) {
        case Got<DynamicMessage>(var message) when type.serverSendsOneMessage() ->
            answers.add(message);
        case Got<DynamicMessage>(var message) -> results.printJson(json(message));
        case Quiet<DynamicMessage>() -> throw CallFailed.of(Problem.TIMED_OUT, "");
        case Ended<DynamicMessage>() -> {
          if (type.serverSendsOneMessage()) {
            results.printJson(json(only(answers)));
          }
          return;
        }
      }
      if (answers.size() > 1) {
        throw CallFailed.of(Problem.SERVER_FAILED, "the server sent several answers to one call");
      }
    }
  }

  private static DynamicMessage only(List<DynamicMessage> answers) {
    if (answers.isEmpty()) {
      throw CallFailed.of(Problem.SERVER_FAILED, "the server sent no answer");
    }
    return answers.getFirst();
  }

  private DynamicMessage one(List<DynamicMessage> messages) {
    if (messages.size() != 1) {
      throw new InvalidInput(
          described.getFullName() + " takes one message, but -d has " + messages.size());
    }
    return messages.getFirst();
  }

  private Stream<DynamicMessage> messages(List<String> data) {
    var given = data.isEmpty() ? List.of("{}") : data;
    return given.stream().flatMap(each -> documents(new Data(each))).map(this::message);
  }

  /** The JSON documents in the data, each as soon as it has been read. */
  private static Stream<String> documents(Data data) {
    var documents = new JsonStreamParser(data.reader());
    Iterable<String> texts =
        () ->
            new java.util.Iterator<>() {
              @Override
              public boolean hasNext() {
                try {
                  return documents.hasNext();
                } catch (JsonParseException e) {
                  throw notJson();
                }
              }

              @Override
              public String next() {
                try {
                  return documents.next().toString();
                } catch (JsonParseException e) {
                  throw notJson();
                }
              }
            };
    return StreamSupport.stream(texts.spliterator(), false);
  }

  private static InvalidInput notJson() {
    return new InvalidInput("the value of -d is not valid JSON");
  }

  private DynamicMessage message(String json) {
    var message = DynamicMessage.newBuilder(described.getInputType());
    try {
      parser.merge(json, message);
      return message.build();
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInput(
          "-d is not a "
              + described.getInputType().getFullName()
              + ": "
              + ForeignText.line(e.getMessage()));
    }
  }

  private String json(DynamicMessage message) {
    try {
      return printer.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw CallFailed.of(
          Problem.UNEXPECTED_ANSWER,
          "an answer cannot be shown as JSON: " + ForeignText.line(e.getMessage()));
    }
  }

  private MethodDescriptor<DynamicMessage, DynamicMessage> method() {
    var level = described.getOptions().getIdempotencyLevel();
    return MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
        .setType(type)
        .setFullMethodName(
            MethodDescriptor.generateFullMethodName(
                described.getService().getFullName(), described.getName()))
        .setRequestMarshaller(marshaller(described.getInputType()))
        .setResponseMarshaller(marshaller(described.getOutputType()))
        .setSafe(level == IdempotencyLevel.NO_SIDE_EFFECTS)
        .setIdempotent(level == IdempotencyLevel.IDEMPOTENT)
        .build();
  }

  private static MethodDescriptor.Marshaller<DynamicMessage> marshaller(
      Descriptors.Descriptor type) {
    return ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(type));
  }
}
