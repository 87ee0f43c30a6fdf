package dev.oneport.transport.calls;

import dev.oneport.threads.Background;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Watches the clients' deadlines; has a thread only while there is one to watch. */
public final class Deadlines {
  private final ScheduledThreadPoolExecutor executor = executor();

  private static ScheduledThreadPoolExecutor executor() {
    var executor = new ScheduledThreadPoolExecutor(1, Background.factory("grpc-deadlines"));
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(10, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** A call's context, which is cancelled after the given time. */
  public Context.CancellableContext context(Context parent, long nanos) {
    return parent.withDeadline(Deadline.after(nanos, TimeUnit.NANOSECONDS), executor);
  }

  /** Runs an action when the context's deadline has passed, on the thread that notices. */
  public static void whenOver(Context.CancellableContext context, Runnable action) {
    context.addListener(
        cancelled -> {
          if (cancelled.cancellationCause() instanceof TimeoutException) {
            action.run();
          }
        },
        Runnable::run);
  }
}
