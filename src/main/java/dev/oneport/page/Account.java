package dev.oneport.page;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.oneport.api.Protocol;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.gate.HttpProblem;
import dev.oneport.gate.Identified;
import dev.oneport.gate.Permission;
import dev.oneport.gate.Visitor;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.json.Json;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Tells a visitor whom the token names, and for each mounted route how a call would be answered.
 * The messages of a gRPC method are described only to callers who may call it.
 */
public final class Account {
  /** {@code Json}'s own methods search every jar for the provider on each call. */
  private static final JsonProvider JSON = Json.PROVIDER;

  private record Method(MethodType kind, Optional<MethodDescriptor> schema) {
    static Method of(MethodDescriptor schema) {
      var kind =
          schema.isServerStreaming()
              ? schema.isClientStreaming() ? MethodType.BIDI_STREAMING : MethodType.SERVER_STREAMING
              : schema.isClientStreaming() ? MethodType.CLIENT_STREAMING : MethodType.UNARY;
      return new Method(kind, Optional.of(schema));
    }
  }

  private final Map<Route, Method> methods = new HashMap<>();
  private final Predicate<Route> builtin;
  private final Function<Route, Map<String, MethodDescriptor>> forwarded;
  private final Supplier<Optional<Set<String>>> devRoles;
  private final Clock clock;

  /**
   * Describes the mounted routes.
   *
   * @param grpc the gRPC services
   * @param builtin tells the server's built-in routes
   * @param forwarded returns the known methods of a forwarded route, by their full names
   * @param devRoles the roles that a minted token may have; empty if the server mints none
   */
  public Account(
      Collection<ServerServiceDefinition> grpc,
      Predicate<Route> builtin,
      Function<Route, Map<String, MethodDescriptor>> forwarded,
      Supplier<Optional<Set<String>>> devRoles,
      Clock clock) {
    this.builtin = builtin;
    this.forwarded = forwarded;
    this.devRoles = devRoles;
    this.clock = clock;
    for (var service : grpc) {
      for (var definition : service.getMethods()) {
        var method = definition.getMethodDescriptor();
        var schema =
            method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier proto
                ? Optional.of(proto.getMethodDescriptor())
                : Optional.<MethodDescriptor>empty();
        methods.put(
            new Route(Protocol.GRPC, method.getFullMethodName()),
            new Method(method.getType(), schema));
      }
    }
  }

  /** Sends the account to a visitor. */
  public void send(Visitor visitor, ServerResponse response) {
    Shielding.add(response);
    response.header(HeaderValues.CONTENT_TYPE_JSON);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.send(of(visitor).toString().getBytes(StandardCharsets.UTF_8));
  }

  private JsonObject of(Visitor visitor) {
    var account = JSON.createObjectBuilder().add("now", clock.instant().toString());
    switch (visitor.identify()) {
      case Identified.Known(var verified) ->
          account.add("caller", caller(verified, visitor.roles()));
      case Identified.Unknown(var reason, _, _) -> account.add("problem", problem(reason));
    }
    devRoles
        .get()
        .ifPresent(
            roles -> account.add("dev", JSON.createObjectBuilder().add("roles", array(roles))));
    var routes = JSON.createArrayBuilder();
    var types = new MessageTypes(JSON);
    for (var permission : visitor.permissions()) {
      var known = forwarded.apply(permission.route());
      known.forEach(
          (name, schema) ->
              routes.add(route(permission, name, Optional.of(Method.of(schema)), types)));
      if (known.isEmpty()) {
        var route = permission.route();
        routes.add(route(permission, route.name(), Optional.ofNullable(methods.get(route)), types));
      }
    }
    return account.add("routes", routes).add("types", types.build()).build();
  }

  private static JsonObject caller(Verified verified, List<String> roles) {
    return JSON.createObjectBuilder()
        .add("name", verified.caller().name())
        .add("issuer", verified.caller().issuer())
        .add("roles", array(roles))
        .add("until", verified.until().toString())
        .build();
  }

  private static JsonObject problem(Reason reason) {
    return JSON.createObjectBuilder()
        .add("reason", reason.name())
        .add("detail", reason.text())
        .build();
  }

  private JsonObject route(
      Permission permission, String name, Optional<Method> method, MessageTypes types) {
    var route = permission.route();
    var json =
        JSON.createObjectBuilder()
            .add("route", route.protocol() + " " + name)
            .add("protocol", route.protocol().name())
            .add("name", name)
            .add("allowed", permission.rule().isPresent())
            .add("open", permission.open())
            .add("builtin", builtin.test(route));
    permission.rule().ifPresent(rule -> json.add("rule", rule.shortPlace()));
    permission.reason().ifPresent(reason -> refusal(json, route, reason));
    method.ifPresent(it -> method(json, it, permission, types));
    return json.build();
  }

  /** Adds how a call would be refused, as its protocol writes it. */
  private static void refusal(JsonObjectBuilder json, Route route, Reason reason) {
    var status =
        route.protocol() == Protocol.GRPC ? reason.code() : HttpProblem.of(reason).status().text();
    json.add("reason", reason.name()).add("status", status);
  }

  private static void method(
      JsonObjectBuilder json, Method method, Permission permission, MessageTypes types) {
    json.add("kind", method.kind().name()).add("json", method.schema().isPresent());
    if (permission.rule().isPresent() && method.schema().isPresent()) {
      var input = method.schema().get().getInputType();
      var output = method.schema().get().getOutputType();
      types.add(input);
      types.add(output);
      json.add("input", input.getFullName()).add("output", output.getFullName());
    }
  }

  private static JsonArray array(Collection<String> texts) {
    var array = JSON.createArrayBuilder();
    texts.stream().sorted().forEach(array::add);
    return array.build();
  }
}
