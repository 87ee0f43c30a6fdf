package dev.oneport.cli;

import dev.oneport.server.Server;
import dev.oneport.threads.Background;
import dev.oneport.threads.Carriers;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The life of a server's process. It can be stopped at any time: starting runs on another thread,
 * so that a service that mounts slowly does not delay the stop, and stopping does not depend on any
 * handler.
 */
final class ServerRun {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  private final StopSignal stop;
  private final ServiceManager manager;
  private final CompletableFuture<Server> started = new CompletableFuture<>();

  /**
   * Set by the first of two: the start, which then listens, or the stop, which then ends the
   * process.
   */
  private final AtomicBoolean decided = new AtomicBoolean();

  ServerRun(StopSignal stop, ServiceManager manager) {
    this.stop = stop;
    this.manager = manager;
  }

  /**
   * Runs a server and returns the exit code.
   *
   * @param make creates the server without starting it
   * @param listening called once the server listens
   */
  int run(Callable<Server> make, Consumer<Server> listening) throws Exception {
    LastResort.install();
    Carriers.watch();
    SpareMemory.watch();
    var _ = Background.start("start", () -> start(make));
    var _ = CompletableFuture.anyOf(started, stop.received()).handle((_, _) -> true).get();
    if (stop.received().isDone() && decided.compareAndSet(false, true)) {
      LOG.log(
          System.Logger.Level.INFO,
          "{0}: stopping; the server had not started yet",
          stop.received().get());
      return ExitCode.OK;
    }
    return serve(started(), listening);
  }

  private void start(Callable<Server> make) {
    try {
      var server = make.call();
      if (decided.compareAndSet(false, true)) {
        started.complete(server.start());
      }
    } catch (Throwable e) {
      started.completeExceptionally(e);
    }
  }

  private Server started() throws Exception {
    try {
      return started.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Exception cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }

  private int serve(Server server, Consumer<Server> listening)
      throws InterruptedException, ExecutionException {
    int code;
    try (server) {
      stop.onHangup(() -> Background.attempt(server::reload));
      listening.accept(server);
      manager.ready(server.port());
      var why = CompletableFuture.anyOf(stop.received(), server.failure()).get();
      manager.stopping();
      if (stop.received().isDone()) {
        code = ExitCode.OK;
        LOG.log(System.Logger.Level.INFO, "{0}: stopping", why);
      } else {
        code = ExitCode.CANNOT_SERVE;
        LOG.log(System.Logger.Level.ERROR, "cannot go on: {0}; the process ends", why);
      }
      LastResort.endIn(server.gracePeriod(), code, server::abandon);
    }
    LOG.log(System.Logger.Level.INFO, "stopped");
    return code;
  }
}
