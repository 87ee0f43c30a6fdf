package others;

import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.common.websocket.WebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocketFrameType;
import com.linecorp.armeria.common.websocket.WebSocketWriter;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Answers each text message of a WebSocket, as it arrives. */
final class Answers implements Subscriber<WebSocketFrame> {
  private final WebSocketWriter out = WebSocket.streaming();
  private final StringBuilder fragments = new StringBuilder();

  static WebSocket to(WebSocket in) {
    var answers = new Answers();
    in.subscribe(answers);
    return answers.out;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(WebSocketFrame frame) {
    try (frame) {
      if (frame.type() == WebSocketFrameType.TEXT
          || frame.type() == WebSocketFrameType.CONTINUATION) {
        fragments.append(frame.text());
        if (frame.isFinalFragment()) {
          out.write(Messages.answer(fragments.toString()));
          fragments.setLength(0);
        }
      }
    }
  }

  @Override
  public void onError(Throwable gone) {
    out.close(gone);
  }

  @Override
  public void onComplete() {
    out.close();
  }
}
