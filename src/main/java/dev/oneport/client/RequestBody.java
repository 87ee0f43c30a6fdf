package dev.oneport.client;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The body of a request that may be sent again. The JDK's publishers of text, bytes and files can
 * be read any number of times. Others may allow only one subscriber; then the request is not sent
 * again.
 */
final class RequestBody implements BodyPublisher {
  private final BodyPublisher body;
  private final AtomicBoolean sent = new AtomicBoolean();
  private volatile boolean exhausted;

  RequestBody(BodyPublisher body) {
    this.body = body;
  }

  /** Whether the body was needed again, but its publisher failed. */
  boolean exhausted() {
    return exhausted;
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    boolean again = sent.getAndSet(true);
    body.subscribe(
        new Subscriber<ByteBuffer>() {
          @Override
          public void onSubscribe(Subscription subscription) {
            subscriber.onSubscribe(subscription);
          }

          @Override
          public void onNext(ByteBuffer part) {
            subscriber.onNext(part);
          }

          @Override
          public void onError(Throwable error) {
            exhausted |= again;
            subscriber.onError(error);
          }

          @Override
          public void onComplete() {
            subscriber.onComplete();
          }
        });
  }
}
