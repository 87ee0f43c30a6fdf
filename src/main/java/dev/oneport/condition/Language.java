package dev.oneport.condition;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;
import dev.oneport.proxies.Network;
import java.util.List;

/** The variables and functions that conditions have, and their bounds. */
final class Language {
  static final String CALLER_NAME = "caller.name";
  static final String CALLER_ISSUER = "caller.issuer";
  static final String CALLER_ROLES = "caller.roles";
  static final String CLAIMS = "claims";
  static final String PROTOCOL = "request.protocol";
  static final String ROUTE = "request.route";
  static final String METHOD = "request.method";
  static final String PARAMETERS = "request.params";
  static final String ADDRESS = "request.ip";
  static final String NOW = "now";

  static final List<String> VARIABLES =
      List.of(
          CALLER_NAME,
          CALLER_ISSUER,
          CALLER_ROLES,
          CLAIMS,
          PROTOCOL,
          ROUTE,
          METHOD,
          PARAMETERS,
          ADDRESS,
          NOW);

  /** The function that reads a range of addresses. */
  static final String CIDR = "cidr";

  private static final OpaqueType NETWORK = OpaqueType.create("net.CIDR");

  /** An expression longer than this belongs in code. */
  private static final int LONGEST = 4_000;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(LONGEST)
          .maxParseRecursionDepth(50)
          .comprehensionMaxIterations(1_000)
          .maxRegexProgramSize(1_000)
          .build();

  static final CelCompiler COMPILER =
      CelCompilerFactory.standardCelCompilerBuilder()
          .setOptions(OPTIONS)
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addVar(CALLER_NAME, SimpleType.STRING)
          .addVar(CALLER_ISSUER, SimpleType.STRING)
          .addVar(CALLER_ROLES, ListType.create(SimpleType.STRING))
          .addVar(CLAIMS, MapType.create(SimpleType.STRING, SimpleType.DYN))
          .addVar(PROTOCOL, SimpleType.STRING)
          .addVar(ROUTE, SimpleType.STRING)
          .addVar(METHOD, SimpleType.STRING)
          .addVar(PARAMETERS, MapType.create(SimpleType.STRING, SimpleType.STRING))
          .addVar(ADDRESS, SimpleType.STRING)
          .addVar(NOW, SimpleType.TIMESTAMP)
          .addFunctionDeclarations(
              CelFunctionDecl.newFunctionDeclaration(
                  CIDR, CelOverloadDecl.newGlobalOverload("cidr_text", NETWORK, SimpleType.STRING)),
              CelFunctionDecl.newFunctionDeclaration(
                  "containsIP",
                  CelOverloadDecl.newMemberOverload(
                      "cidr_contains_ip", SimpleType.BOOL, NETWORK, SimpleType.STRING)))
          .setResultType(SimpleType.BOOL)
          .build();

  static final CelRuntime RUNTIME =
      CelRuntimeFactory.legacyCelRuntimeBuilder()
          .setOptions(OPTIONS)
          .setStandardEnvironmentEnabled(false)
          .setStandardFunctions(
              CelStandardFunctions.newBuilder()
                  .excludeFunctions(
                      StandardFunction.EQUALS, StandardFunction.NOT_EQUALS, StandardFunction.IN)
                  .build())
          .addFunctionBindings(Equality.functions())
          .addFunctionBindings(
              CelFunctionBinding.from("cidr_text", String.class, Network::of),
              CelFunctionBinding.from(
                  "cidr_contains_ip", Network.class, String.class, Network::contains))
          .build();

  private Language() {}
}
