package dev.oneport.cli;

import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import dev.oneport.identity.TokenPreview;
import dev.oneport.server.Plan;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that name the caller: by name, by a token, or nobody in particular. */
final class AskedCaller {
  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec spec;

  @Option(
      names = "--roles",
      paramLabel = "ROLE",
      split = ",",
      description = "The roles in the caller's token; with --caller.")
  List<String> roles = List.of();

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  @Nullable Which which;

  /** One of these. */
  static final class Which {
    @Option(names = "--caller", paramLabel = "NAME", description = "The caller's name.")
    @Nullable String name;

    @Option(names = "--anonymous", description = "A caller without a token.")
    boolean anonymous;

    @ArgGroup(exclusive = true, multiplicity = "1")
    @Nullable AskedToken token;
  }

  boolean isGiven() {
    return which != null;
  }

  /** Fails if no caller is named. */
  void require() {
    if (which == null) {
      throw wrong("name the caller: --caller, --anonymous, --token, --token-file or --claims");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }

  /** The caller, or why its token would be refused. */
  TokenPreview caller(Plan plan, Route route, AskedCall asked) {
    var named = which;
    if (named == null || named.anonymous) {
      return new TokenPreview(Caller.ANONYMOUS, Optional.empty());
    }
    if (named.token != null) {
      try {
        return named.token.preview(plan.identity());
      } catch (IOException e) {
        throw wrong("cannot read the file " + e.getMessage());
      }
    }
    var name = Objects.requireNonNull(named.name);
    var issuer = PolicyCommand.issuer(plan, route);
    return new TokenPreview(
        new Caller(name, issuer, new HashSet<>(roles), asked.claims()), Optional.empty());
  }

  /** The caller's name in a table. */
  static String shown(Caller caller) {
    return caller.anonymous() ? "-" : caller.name();
  }
}
