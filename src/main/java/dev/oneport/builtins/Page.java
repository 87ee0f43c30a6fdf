package dev.oneport.builtins;

import dev.oneport.api.Mount;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.api.Service;
import dev.oneport.gate.Gate;
import dev.oneport.gate.Visitor;
import dev.oneport.page.Account;
import dev.oneport.page.CallStream;
import dev.oneport.page.OwnCalls;
import dev.oneport.page.PageFiles;
import dev.oneport.record.CallSink;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page at {@code /}: the caller's identity and permissions, a call on each protocol, and the
 * caller's own audit lines. A browser sends no token with requests for the page and its files, so
 * they contain no data of callers; the other routes show a visitor the verdicts of the {@link
 * Gate}.
 */
public final class Page implements Service {
  private static final Route ROOT = http("GET /");

  /** The routes that it always has. */
  private static final List<Route> OWN =
      List.of(http("GET /page/me"), http("GET /page/calls"), http("GET /page/{file}"));

  /** All its routes. */
  public static final List<Route> ROUTES = Stream.concat(Stream.of(ROOT), OWN.stream()).toList();

  /** The handlers, which need the gate. */
  private record Answers(Gate gate, Account account, CallStream stream) {}

  private final OwnCalls calls = new OwnCalls();
  private final PageFiles files = new PageFiles();
  private boolean root = true;
  private @Nullable Answers answers;

  /** Leaves {@code GET /} to a forward; the page is then at {@code /page/index.html}. */
  public void leaveRoot() {
    root = false;
  }

  @Override
  public void mount(Mount port) {
    files.load();
    if (root) {
      port.http().get("/", files::index);
    }
    port.http()
        .get("/page/me", this::me)
        .get("/page/calls", this::calls)
        .get("/page/{file}", files::file);
  }

  /** Whether no service mounted one of its routes. */
  public static boolean fits(Set<Route> mounted) {
    return ROUTES.stream().noneMatch(mounted::contains);
  }

  /** Whether the page is mounted and not only some of its routes, by a service. */
  public static boolean isIn(Set<Route> mounted) {
    return mounted.containsAll(OWN);
  }

  /** Its path, if it is mounted. */
  public static String path(Set<Route> mounted) {
    return mounted.contains(ROOT) ? "/" : "/page/index.html";
  }

  /** Shows callers the records of their calls. */
  public CallSink before(CallSink next) {
    return calls.before(next);
  }

  /** Answers with this gate's verdicts. */
  public void show(Gate gate, Account account, int maxReaders) {
    answers = new Answers(gate, account, new CallStream(calls, maxReaders));
  }

  @Override
  public void drain() {
    calls.close();
  }

  private void me(ServerRequest request, ServerResponse response) {
    var now = Objects.requireNonNull(answers);
    now.account().send(visitor(request, now.gate()), response);
  }

  private void calls(ServerRequest request, ServerResponse response) throws IOException {
    var now = Objects.requireNonNull(answers);
    now.stream().send(visitor(request, now.gate()), request, response);
  }

  private static Visitor visitor(ServerRequest request, Gate gate) {
    return Visitor.of(request.headers(), request.remotePeer(), gate);
  }

  private static Route http(String name) {
    return new Route(Protocol.HTTP, name);
  }
}
