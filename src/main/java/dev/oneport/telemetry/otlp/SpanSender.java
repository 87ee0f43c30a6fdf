package dev.oneport.telemetry.otlp;

import dev.oneport.threads.Background;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;

/** Sends the spans of a queue to a collector, on a thread of its own and with the SDK's sender. */
final class SpanSender {
  private static final int FIRST_SUCCESS = 200;
  private static final int AFTER_SUCCESS = 300;

  private final URI url;
  private final HttpSender sender;
  private final ExportFailures failures;
  private final SpanQueue queue;
  private final Thread thread;

  /** Starts to send. */
  SpanSender(SpanRequest request, SpanQueue queue, ExportFailures failures) {
    this.url = request.url();
    this.queue = queue;
    this.failures = failures;
    var providers = HttpSenderProvider.class;
    this.sender =
        ServiceLoader.load(providers, providers.getClassLoader())
            .findFirst()
            .orElseThrow()
            .createSender(request);
    this.thread = Background.repeat("spans", () -> queue.send(this::send));
  }

  /** Waits until the batch is accepted or cannot be sent, which the sender's timeout bounds. */
  private boolean send(SpanBatch batch) {
    var problem = new CompletableFuture<Optional<String>>();
    sender.send(
        batch,
        response -> problem.complete(problem(response)),
        thrown -> problem.complete(Optional.of(ExportFailures.why(thrown))));
    var why = problem.join();
    why.ifPresent(it -> failures.add(batch.count() + " spans", url, it));
    return why.isEmpty();
  }

  private static Optional<String> problem(HttpResponse response) {
    int status = response.getStatusCode();
    return status >= FIRST_SUCCESS && status < AFTER_SUCCESS
        ? Optional.empty()
        : Optional.of(ExportFailures.why(status));
  }

  /** Sends what waits, for this time at most, and ends. */
  void close(Duration longest) throws InterruptedException {
    queue.close();
    var _ = thread.join(longest);
    var _ = sender.shutdown();
  }
}
