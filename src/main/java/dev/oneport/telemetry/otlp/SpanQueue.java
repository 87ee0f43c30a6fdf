package dev.oneport.telemetry.otlp;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Bounds the spans that wait for the collector, and counts those that it does not get. */
final class SpanQueue {
  private static final int MOST = 2048;

  private final ExportFailures failures;
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder dropped = new LongAdder();
  private volatile SpanProcessor sender = SpanProcessor.composite();

  SpanQueue(ExportFailures failures) {
    this.failures = failures;
  }

  /** How many spans wait or are being sent. */
  int waiting() {
    return waiting.get();
  }

  long dropped() {
    return dropped.sum();
  }

  /** Sends ended spans in batches, off the calls' threads. */
  SpanProcessor to(URI url, SpanExporter exporter) {
    // The processor's own queue is never full, so that each dropped span is counted here.
    sender = BatchSpanProcessor.builder(new Counted(url, exporter)).setMaxQueueSize(MOST).build();
    return new Ends(sender);
  }

  /** Sends a span soon, or drops it. */
  void add(EndedCall span) {
    if (waiting.getAndUpdate(now -> Math.min(MOST, now + 1)) < MOST) {
      sender.onEnd(span);
    } else {
      dropped.increment();
    }
  }

  /** Lets the SDK end what sends; its spans are added only with their calls' records. */
  private record Ends(SpanProcessor sender) implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
      return false;
    }

    @Override
    public CompletableResultCode shutdown() {
      return sender.shutdown();
    }

    @Override
    public CompletableResultCode forceFlush() {
      return sender.forceFlush();
    }
  }

  private final class Counted implements SpanExporter {
    private final URI url;
    private final SpanExporter next;

    Counted(URI url, SpanExporter next) {
      this.url = url;
      this.next = next;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      int count = spans.size();
      var result = next.export(spans);
      return result.whenComplete(
          () -> {
            waiting.addAndGet(-count);
            if (!result.isSuccess()) {
              dropped.add(count);
              failures.add(count + " spans", url, result);
            }
          });
    }

    @Override
    public CompletableResultCode flush() {
      return next.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return next.shutdown();
    }
  }
}
