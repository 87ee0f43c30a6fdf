package dev.oneport.cli;

import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import dev.oneport.condition.AskedFacts;
import dev.oneport.condition.Facts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say what conditions would see of a call. */
final class AskedCall {
  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec spec;

  @Option(
      names = "--claim",
      paramLabel = "NAME=VALUE",
      description =
          "A claim of the caller's token: a text, or true, 3 or \"3\" as in JSON; several times for"
              + " a list.")
  List<String> claims = List.of();

  @Option(
      names = "--param",
      paramLabel = "NAME=VALUE",
      description = "The value of a variable in the route's path.")
  Map<String, String> parameters = Map.of();

  @Option(names = "--ip", paramLabel = "ADDRESS", description = "The client's address.")
  String address = "";

  private CommandSpec spec() {
    return Objects.requireNonNull(spec);
  }

  /** The claims by name. */
  Map<String, Object> claims() {
    var all = new LinkedHashMap<String, List<String>>();
    for (var claim : claims) {
      int equals = claim.indexOf('=');
      if (equals <= 0) {
        throw new ParameterException(
            spec().commandLine(), "--claim takes NAME=VALUE, not '" + claim + "'");
      }
      all.computeIfAbsent(claim.substring(0, equals), _ -> new ArrayList<>())
          .add(claim.substring(equals + 1));
    }
    var values = new LinkedHashMap<String, Object>();
    all.forEach((name, texts) -> values.put(name, ClaimText.of(texts)));
    return values;
  }

  /** The call of a caller, now. */
  Facts facts(Caller caller, Route route) {
    return new AskedFacts(caller, route, parameters, address, Instant.now());
  }
}
