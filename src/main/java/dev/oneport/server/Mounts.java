package dev.oneport.server;

import com.google.protobuf.Descriptors.Descriptor;
import dev.oneport.api.Mount;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.api.Service;
import dev.oneport.builtins.ReadyServices;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.config.Problems;
import dev.oneport.gate.ErrorMapping;
import dev.oneport.gateway.ForwardTable;
import dev.oneport.policy.PolicyFile;
import dev.oneport.transport.connect.Cors;
import dev.oneport.transport.connect.WebMethods;
import io.grpc.BindableService;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.helidon.config.Config;
import io.helidon.http.Method;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.grpc.GrpcServiceDescriptor;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Collects the mounts of services, and later puts a guard in front of each handler. */
final class Mounts implements Mount, Mount.Http {
  private record HttpHandler(Route route, String method, String path, Handler handler) {}

  private record Socket(Route route, String path, Supplier<? extends WsListener> listeners) {}

  private final MountCheck check = new MountCheck();
  private final Map<Route, ErrorMapping> routes = new LinkedHashMap<>();
  private final List<Set<Route>> optional = new ArrayList<>();

  /** Routes of the sample service, which are not served where they are forwarded. */
  private final Set<Route> yielding = new LinkedHashSet<>();

  private final List<HttpHandler> http = new ArrayList<>();
  private final List<ServerServiceDefinition> grpc = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();
  private final List<Descriptor> types = new ArrayList<>();
  private final Map<String, Set<Service>> owners = new LinkedHashMap<>();
  private Optional<Service> owner = Optional.empty();
  private ErrorMapping errors = new ErrorMapping();

  /**
   * The mounts of these services.
   *
   * @throws InvalidConfiguration with the mistakes of all services
   */
  static Mounts of(List<? extends Service> services) {
    var mounts = new Mounts();
    var problems = new Problems();
    services.forEach(service -> mounts.mount(service, service.getClass().getName(), problems));
    problems.throwIfAny();
    return mounts;
  }

  /** The mounts of these services, and of a sample that is served only while a rule names it. */
  static Mounts of(List<? extends Service> services, Optional<Service> sample) {
    var mounts = of(services);
    sample.ifPresent(
        service -> {
          mounts.addOptional(List.of(service));
          mounts.yielding.addAll(of(List.of(service)).routes());
        });
    return mounts;
  }

  /**
   * Mounts services that are served only while a rule names them, which a reload may change. Skips
   * a service if one of its routes is already mounted.
   */
  void addOptional(List<Service> services) {
    for (var service : services) {
      var own = of(List.of(service)).routes();
      if (Collections.disjoint(own, routes())) {
        optional.add(own);
        addOwn(service);
      }
    }
  }

  /** Mounts a built-in service. */
  void addOwn(Service service) {
    var problems = new Problems();
    mount(service, "the server itself", problems);
    problems.throwIfAny();
  }

  /** Ends mounting: later mounts fail. */
  void close() {
    check.over();
  }

  private void mount(Service service, String name, Problems problems) {
    check.service(name);
    // Each service maps its own exceptions.
    errors = new ErrorMapping();
    owner = Optional.of(service);
    try {
      service.mount(this);
    } catch (MountCheck.InvalidMount e) {
      problems.add(new ConfigurationProblem("", name, String.valueOf(e.getMessage())));
    } catch (Exception | LinkageError | StackOverflowError e) {
      problems.add(
          new ConfigurationProblem("", name, "mount failed with " + e + place(service, e)));
    }
  }

  /** The place in the service's code, if the stack trace shows it. */
  private static String place(Service service, Throwable e) {
    return Arrays.stream(e.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith(service.getClass().getName()))
        .findFirst()
        .map(frame -> ", in " + frame)
        .orElse("");
  }

  /**
   * All routes that a server with this policy serves. What is forwarded is not served by the sample
   * service, although the rules for the upstream name its routes; the server's own routes, such as
   * {@code /metrics}, take precedence where a rule names them.
   */
  Set<Route> served(PolicyFile policy, ForwardTable forwards) {
    var served = new LinkedHashSet<>(routes.keySet());
    optional.stream()
        .filter(
            own ->
                own.stream().noneMatch(policy::mentions)
                    || own.stream()
                        .filter(yielding::contains)
                        .anyMatch(route -> forwards.route(route.toString()).isPresent()))
        .forEach(served::removeAll);
    return served;
  }

  /** The mounted gRPC services, without guards. */
  List<ServerServiceDefinition> grpcServices() {
    return List.copyOf(grpc);
  }

  /**
   * The readiness of the services.
   *
   * @param services all services, including those without gRPC
   */
  ReadyServices ready(List<Service> services) {
    return new ReadyServices(owners, services);
  }

  private static Set<Service> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** All mounted routes. */
  Set<Route> routes() {
    return routes.keySet();
  }

  @Override
  public Http http() {
    return this;
  }

  @Override
  public Http on(String method, String path, Handler handler) {
    http.add(new HttpHandler(add(check.http(method, path, handler)), method, path, handler));
    return this;
  }

  @Override
  public void grpc(BindableService service) {
    var definition = service.bindService();
    definition
        .getMethods()
        .forEach(method -> add(check.grpc(method.getMethodDescriptor().getFullMethodName())));
    grpc.add(definition);
    var name = definition.getServiceDescriptor().getName();
    owner.ifPresent(it -> owners.computeIfAbsent(name, _ -> identitySet()).add(it));
  }

  @Override
  public void webSocket(String path, Supplier<? extends WsListener> listeners) {
    sockets.add(new Socket(add(check.webSocket(path, listeners)), path, listeners));
  }

  @Override
  public <E extends Throwable> void errors(
      Class<E> type, Function<? super E, StatusRuntimeException> mapping) {
    errors.put(type, mapping);
  }

  @Override
  public void types(Descriptor... added) {
    types.addAll(List.of(added));
  }

  /** The message types besides those of the services' methods. */
  List<Descriptor> types() {
    return List.copyOf(types);
  }

  private ErrorMapping errors(Route route) {
    return Objects.requireNonNull(routes.get(route));
  }

  /** The gRPC services with a guard in front of each method. */
  List<ServerServiceDefinition> guardedGrpc(Guards guards) {
    return grpc.stream().map(service -> guarded(service, guards)).toList();
  }

  /**
   * The HTTP routes.
   *
   * @param services the guarded gRPC services, whose methods can also be called over plain HTTP
   * @param others handles requests for paths that no service mounts, if their host is served
   */
  HttpRouting.Builder httpRouting(
      Guards guards,
      List<ServerServiceDefinition> services,
      WebMethods web,
      Cors cors,
      Handler others) {
    var table = new HttpRoutes();
    var perimeter = guards.gate().perimeter();
    var paths = new LinkedHashMap<String, Map<String, Route>>();
    services.forEach(
        service ->
            service.getMethods().forEach(method -> addWeb(table, paths, method, web, guards)));
    for (var each : http) {
      var guard =
          whileServed(
              each.route(),
              guards.http(each.route(), errors(each.route()), each.handler()),
              guards);
      table.route(Method.create(each.method()), each.path(), guard);
      var methods = paths.computeIfAbsent(each.path(), _ -> new LinkedHashMap<>());
      methods.put(each.method(), each.route());
      if (each.method().equals("GET")
          && !routes.containsKey(new Route(Protocol.HTTP, "HEAD " + each.path()))) {
        table.route(Method.HEAD, each.path(), guard);
        methods.put("HEAD", each.route());
      }
    }
    paths.forEach(
        (path, methods) -> table.any(path, perimeter.guard(otherMethod(methods, guards, cors))));
    var upgradeRequired = perimeter.guard(perimeter.limit(HttpAnswers.upgradeRequired()));
    sockets.forEach(
        socket -> table.any(socket.path(), whileServed(socket.route(), upgradeRequired, guards)));
    var routing = HttpRouting.builder();
    if (cors.on()) {
      routing.addFilter(cors.filter());
    }
    return HttpAnswers.addErrors(
        routing
            .any(table)
            .any(others)
            .any(perimeter.guard(perimeter.limit(HttpAnswers.notFound()))));
  }

  /** Adds the gRPC methods over plain HTTP; HTTP routes of services take precedence. */
  private void addWeb(
      HttpRoutes table,
      Map<String, Map<String, Route>> paths,
      ServerMethodDefinition<?, ?> method,
      WebMethods web,
      Guards guards) {
    var name = method.getMethodDescriptor().getFullMethodName();
    var path = "/" + name;
    if (!routes.containsKey(new Route(Protocol.HTTP, "POST " + path))) {
      var route = new Route(Protocol.GRPC, name);
      table.route(Method.POST, path, whileServed(route, web.handler(method), guards));
      paths.computeIfAbsent(path, _ -> new LinkedHashMap<>()).put("POST", route);
    }
  }

  /** Answers a route that is currently not served like an unknown one. */
  private Handler whileServed(Route route, Handler handler, Guards guards) {
    if (optional.stream().noneMatch(own -> own.contains(route))) {
      return handler;
    }
    return (request, response) -> {
      if (guards.isMounted(route)) {
        handler.handle(request, response);
      } else {
        response.next();
      }
    };
  }

  private static Handler otherMethod(Map<String, Route> methods, Guards guards, Cors cors) {
    var perimeter = guards.gate().perimeter();
    return (request, response) -> {
      var served = new LinkedHashSet<String>();
      methods.forEach(
          (method, route) -> {
            if (guards.isMounted(route)) {
              served.add(method);
            }
          });
      if (served.isEmpty()) {
        response.next();
      } else {
        perimeter.limit(HttpAnswers.otherMethod(served, cors)).handle(request, response);
      }
    };
  }

  /**
   * Creates one routing per service, because Helidon's refuses a second service whose name differs
   * only in its package, such as the two versions of reflection (Helidon 4.5.0).
   */
  static List<GrpcRouting> grpcRoutings(List<ServerServiceDefinition> services) {
    return services.stream().map(Mounts::grpcRouting).toList();
  }

  private static GrpcRouting grpcRouting(ServerServiceDefinition service) {
    return GrpcRouting.builder()
        // Without an explicit configuration Helidon would search the working directory for one.
        .config(Config.empty())
        .service(GrpcServiceDescriptor.builder(() -> service).build())
        .build();
  }

  private ServerServiceDefinition guarded(ServerServiceDefinition service, Guards guards) {
    var guarded = ServerServiceDefinition.builder(service.getServiceDescriptor());
    for (var method : service.getMethods()) {
      var route = new Route(Protocol.GRPC, method.getMethodDescriptor().getFullMethodName());
      guarded.addMethod(guards.grpc(route, errors(route), method));
    }
    return guarded.build();
  }

  WsRouting.Builder webSocketRouting(Guards guards) {
    var routing = WsRouting.builder();
    for (var socket : sockets) {
      routing.endpoint(
          socket.path(),
          guards.webSocket(socket.route(), errors(socket.route()), socket.listeners()));
    }
    return routing;
  }

  private Route add(Route route) {
    routes.put(route, errors);
    return route;
  }
}
