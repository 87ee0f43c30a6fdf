package dev.oneport.testing;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Timer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Releases the servers of a test class that has ended. A stopped Helidon server leaves a timer
 * behind that never ends and holds all of it (4.5.0), so that thousands of them fill the memory of
 * a process. Works where Java was started with {@code --add-opens=java.base/java.util=ALL-UNNAMED}.
 */
public final class EndedServers implements AfterAllCallback {
  private static final String NAME = "helidon-idle-connection-timer";

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    var isOpen = Timer.class.getModule().isOpen("java.util", getClass().getModule());
    if (!isOpen || context.getRequiredTestClass().getEnclosingClass() != null) {
      return;
    }
    for (var thread : threads()) {
      if (thread != null && thread.getName().equals(NAME)) {
        end(thread);
      }
    }
  }

  private static Thread[] threads() {
    var root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    var threads = new Thread[root.activeCount() + 100];
    return Arrays.copyOf(threads, root.enumerate(threads));
  }

  /** Does what {@link Timer#cancel()} does; the timer itself cannot be reached from its thread. */
  private static void end(Thread timer) throws ReflectiveOperationException {
    var queue = field(timer, "queue").get(timer);
    synchronized (queue) {
      field(timer, "newTasksMayBeScheduled").setBoolean(timer, false);
      var clear = queue.getClass().getDeclaredMethod("clear");
      clear.setAccessible(true);
      clear.invoke(queue);
      queue.notifyAll();
    }
  }

  private static Field field(Thread timer, String name) throws NoSuchFieldException {
    var field = timer.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
