package dev.oneport.telemetry.otlp;

import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.IOException;
import java.io.OutputStream;

/** The spans of one export, as OTLP's {@code ExportTraceServiceRequest}. */
final class SpanBatch implements MessageWriter {
  private final ProtoBytes resource;
  private final ProtoBytes scope;
  private final ProtoBytes out = new ProtoBytes();
  private int count;
  private int resourceSpans;
  private int scopeSpans;

  /**
   * An empty batch.
   *
   * @param resource the process, as a message
   * @param scope what made the spans, as a message
   */
  SpanBatch(ProtoBytes resource, ProtoBytes scope) {
    this.resource = resource;
    this.scope = scope;
    clear();
  }

  /** Makes it empty again. */
  void clear() {
    count = 0;
    out.clear();
    resourceSpans = out.begin(1);
    out.message(1, resource);
    scopeSpans = out.begin(2);
    out.message(1, scope);
  }

  void add(ProtoBytes span) {
    count++;
    out.message(2, span);
  }

  /** No span is added afterwards. */
  void end() {
    out.end(scopeSpans);
    out.end(resourceSpans);
  }

  /** How many spans it has. */
  int count() {
    return count;
  }

  @Override
  public void writeMessage(OutputStream stream) throws IOException {
    out.writeTo(stream);
  }

  @Override
  public int getContentLength() {
    return out.size();
  }
}
