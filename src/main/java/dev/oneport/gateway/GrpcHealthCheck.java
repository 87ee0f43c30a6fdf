package dev.oneport.gateway;

import dev.oneport.gateway.standing.HealthSettings;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import dev.oneport.transport.calls.RawMessage;
import dev.oneport.transport.grpc.MessageReader;
import dev.oneport.transport.grpc.ReceivedStatus;
import dev.oneport.transport.http2.client.ClientStream;
import dev.oneport.transport.http2.client.Http2Client;
import dev.oneport.transport.http2.flow.StreamPart;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asks {@code grpc.health.v1.Health/Check}; any answer but SERVING is a problem. */
final class GrpcHealthCheck implements HealthCheck {
  private static final String PATH = "/" + HealthGrpc.getCheckMethod().getFullMethodName();
  private static final int MAX_ANSWER = 1024;
  private static final int OK = 200;

  private final Upstream upstream;
  private final Address address;
  private final HealthSettings settings;
  private final Supplier<Map<String, String>> own;
  private final RequestMemory memory;
  private final Http2Client client;
  private final byte[] question;

  /**
   * Creates a check without a connection, which is then kept for the next checks.
   *
   * @throws IOException if the trusted certificates cannot be used
   */
  GrpcHealthCheck(
      Upstream upstream,
      Address address,
      HealthSettings settings,
      Supplier<Map<String, String>> own,
      RequestMemory memory)
      throws IOException {
    this.upstream = upstream;
    this.address = address;
    this.settings = settings;
    this.own = own;
    this.memory = memory;
    this.client = GrpcUpstream.client(upstream, address, memory);
    var request = HealthCheckRequest.newBuilder().setService(settings.service().orElse("")).build();
    var bytes = request.toByteArray();
    this.question = new RawMessage(false, bytes, 0, bytes.length).framed();
  }

  @Override
  public void run() throws Exception {
    long deadline = System.nanoTime() + settings.timeout().toNanos();
    var arrived = new Semaphore(0);
    var head = StreamPart.head(fields().toArray(HeaderField[]::new), false);
    try (var held = new MessageMemory(memory.share());
        var stream = client.open(head, arrived::release, settings.timeout())) {
      boolean _ = stream.send(question, 0, question.length, true);
      while (!stream.bodyEnded()) {
        if (stream.failure().isPresent()) {
          throw new IOException(stream.failure().get().detail());
        }
        if (!arrived.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          throw new IOException(
              "no complete answer within " + settings.timeout().toMillis() + " ms");
        }
      }
      check(stream, held);
    }
  }

  private static void check(ClientStream stream, MessageMemory held) throws IOException {
    var head = stream.head();
    if (head.isEmpty()
        || head.get().status() != OK
        || !ReceivedStatus.isGrpc(head.get().first("content-type").orElse(""))) {
      throw new IOException("the check was answered with something else than gRPC");
    }
    var reader = MessageReader.raw(stream, new GrpcLimits(MAX_ANSWER, MAX_ANSWER), held);
    var message = reader.next();
    var status =
        ReceivedStatus.of(stream.trailers().orElse(head.get()).fields()).orElse(Status.INTERNAL);
    if (!status.isOk() || message.isEmpty()) {
      throw new IOException("the check ended with " + status.getCode());
    }
    var answer = HealthCheckResponse.parseFrom(message.get().readAllBytes()).getStatus();
    if (answer != ServingStatus.SERVING) {
      throw new IOException("the check was answered with " + answer);
    }
  }

  private List<HeaderField> fields() {
    var fields = new ArrayList<HeaderField>();
    fields.add(HeaderField.of(":method", "POST"));
    fields.add(HeaderField.of(":scheme", upstream.scheme().tls() ? "https" : "http"));
    fields.add(HeaderField.of(":path", PATH));
    fields.add(HeaderField.of(":authority", address.authority(upstream.scheme().defaultPort())));
    fields.add(HeaderField.of("content-type", "application/grpc"));
    fields.add(HeaderField.of("te", "trailers"));
    fields.add(HeaderField.of("user-agent", "oneport"));
    own.get()
        .forEach((name, value) -> fields.add(HeaderField.of(name.toLowerCase(Locale.ROOT), value)));
    return fields;
  }

  @Override
  public void close() {
    client.close();
  }
}
