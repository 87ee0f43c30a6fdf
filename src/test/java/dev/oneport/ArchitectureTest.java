package dev.oneport;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.CacheMode;
import com.tngtech.archunit.lang.ArchRule;
import io.github.bucket4j.Bucket;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The arrows of the house go down only. */
@AnalyzeClasses(
    packages = "dev.oneport",
    importOptions = ArchitectureTest.NoTests.class,
    cacheMode = CacheMode.PER_CLASS)
final class ArchitectureTest {
  /** ArchUnit's own option knows {@code target/test-classes} only, and not the quick profile's. */
  static final class NoTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  @ArchTest
  static final ArchRule ARROWS_GO_DOWN =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.oneport..")
          .layer("main")
          .definedBy("dev.oneport")
          .layer("cli")
          .definedBy("dev.oneport.cli..")
          .layer("client")
          .definedBy("dev.oneport.client..")
          .layer("sample")
          .definedBy("dev.oneport.sample")
          .layer("tool")
          .definedBy("dev.oneport.sample.tool..")
          .layer("wire")
          .definedBy("dev.oneport.sample.proto..")
          .layer("server")
          .definedBy("dev.oneport.server..")
          .layer("builtins")
          .definedBy("dev.oneport.builtins..")
          .layer("gateway")
          .definedBy("dev.oneport.gateway..")
          .layer("schema")
          .definedBy("dev.oneport.schema..")
          .layer("policy")
          .definedBy("dev.oneport.policy..")
          .layer("condition")
          .definedBy("dev.oneport.condition..")
          .layer("record")
          .definedBy("dev.oneport.record..")
          .layer("gate")
          .definedBy("dev.oneport.gate..")
          .layer("fleet")
          .definedBy("dev.oneport.fleet..")
          .layer("proxies")
          .definedBy("dev.oneport.proxies..")
          .layer("audit")
          .definedBy("dev.oneport.audit..")
          .layer("metrics")
          .definedBy("dev.oneport.metrics..")
          .layer("page")
          .definedBy("dev.oneport.page..")
          .layer("transport")
          .definedBy("dev.oneport.transport..")
          .layer("identity")
          .definedBy("dev.oneport.identity..")
          .layer("certificates")
          .definedBy("dev.oneport.certificates..")
          .layer("config")
          .definedBy("dev.oneport.config..")
          .layer("threads")
          .definedBy("dev.oneport.threads..")
          .layer("json")
          .definedBy("dev.oneport.json")
          .layer("api")
          .definedBy("dev.oneport.api")
          .layer("telemetry")
          .definedBy("dev.oneport.telemetry..")
          .layer("trace")
          .definedBy("dev.oneport.trace")
          .layer("time")
          .definedBy("dev.oneport.time..")
          .whereLayer("main")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("cli")
          .mayOnlyBeAccessedByLayers("main")
          .whereLayer("client")
          .mayOnlyBeAccessedByLayers("cli", "tool")
          .whereLayer("tool")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("sample")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("wire")
          .mayOnlyBeAccessedByLayers("sample", "tool")
          .whereLayer("server")
          .mayOnlyBeAccessedByLayers("cli", "sample")
          .whereLayer("builtins")
          .mayOnlyBeAccessedByLayers("server", "cli")
          .whereLayer("gateway")
          .mayOnlyBeAccessedByLayers("server", "cli")
          .whereLayer("schema")
          .mayNotAccessAnyLayer()
          .whereLayer("gate")
          .mayOnlyBeAccessedByLayers("server", "builtins", "page", "gateway")
          .whereLayer("policy")
          .mayOnlyBeAccessedByLayers("server", "builtins", "page", "cli", "gate", "gateway")
          .whereLayer("condition")
          .mayOnlyBeAccessedByLayers("policy", "gate", "cli")
          .whereLayer("audit")
          .mayOnlyBeAccessedByLayers("server", "builtins", "page", "cli")
          .whereLayer("record")
          .mayOnlyBeAccessedByLayers(
              "server", "builtins", "page", "gate", "audit", "metrics", "telemetry")
          .whereLayer("metrics")
          .mayOnlyBeAccessedByLayers("server", "builtins", "telemetry")
          .whereLayer("telemetry")
          .mayOnlyBeAccessedByLayers("server")
          .whereLayer("trace")
          .mayNotAccessAnyLayer()
          .whereLayer("page")
          .mayOnlyBeAccessedByLayers("builtins", "server")
          .whereLayer("transport")
          .mayOnlyBeAccessedByLayers("server", "gate", "gateway")
          .whereLayer("fleet")
          .mayOnlyBeAccessedByLayers("server", "builtins", "gate", "cli")
          .whereLayer("identity")
          .mayOnlyBeAccessedByLayers("server", "builtins", "page", "gate", "audit", "fleet", "cli")
          .whereLayer("proxies")
          .mayOnlyBeAccessedByLayers(
              "server", "builtins", "gate", "gateway", "identity", "audit", "policy", "condition")
          .whereLayer("certificates")
          .mayNotAccessAnyLayer()
          .whereLayer("threads")
          .mayNotAccessAnyLayer()
          .whereLayer("time")
          .mayNotAccessAnyLayer();

  /** What lasts a time must not end or stall when the system's clock is set. */
  @ArchTest
  static final ArchRule THE_TIME_OF_DAY_IS_ASKED_WHERE_IT_IS_MEANT =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.oneport.time", "dev.oneport.cli")
          .and()
          .doNotHaveSimpleName("CallWatch")
          .and()
          .doNotHaveSimpleName("LogOutput")
          .and()
          .doNotHaveSimpleName("SignatureProvider")
          .and()
          .doNotHaveSimpleName("OnePortClient")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC");

  /** Bucket4j goes by the system's clock unless it is told not to. */
  @ArchTest
  static final ArchRule BUDGETS_ARE_MADE_IN_ONE_PLACE =
      noClasses().that().doNotHaveSimpleName("Budget").should().callMethod(Bucket.class, "builder");

  /** Where an Error is survived, or ends the process. */
  @ArchTest
  static final ArchRule BACKGROUND_THREADS_ARE_STARTED_IN_ONE_PLACE =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.oneport.threads", "dev.oneport.client")
          .should()
          .callMethod(Thread.class, "ofPlatform")
          .orShould()
          .callConstructorWhere(
              target(owner(assignableTo(Thread.class).or(assignableTo(Timer.class)))))
          .orShould()
          .callMethodWhere(
              target(owner(assignableTo(Executors.class)))
                  .and(target(not(name("newVirtualThreadPerTaskExecutor")))))
          .orShould()
          .callMethod(ForkJoinPool.class, "commonPool")
          .orShould()
          .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
          .orShould()
          .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
          .orShould()
          .callConstructor(ForkJoinPool.class)
          .orShould()
          .callConstructor(ScheduledThreadPoolExecutor.class, int.class);

  @ArchTest
  static final ArchRule THE_CLIENT_IMPORTS_NOTHING_OF_THE_SERVER =
      noClasses()
          .that()
          .resideInAPackage("dev.oneport.client..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.oneport..").and(not(resideInAPackage("dev.oneport.client.."))))
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("io.helidon..");

  @ArchTest
  static final ArchRule NO_CIRCLES =
      slices().matching("dev.oneport.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NO_CIRCLES_BETWEEN_ROOMS_OF_THE_TRANSPORT =
      slices().matching("dev.oneport.transport.(**)").should().beFreeOfCycles();

  @ArchTest
  static void noClassNameStandsTwice(JavaClasses classes) {
    var twice =
        classes.stream()
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
            .filter(type -> !type.getPackageName().endsWith(".proto"))
            .collect(Collectors.groupingBy(JavaClass::getSimpleName))
            .values()
            .stream()
            .filter(same -> same.size() > 1)
            .toList();
    assertEquals(List.of(), twice);
  }

  /** The library of conditions is loaded when one is compiled, and by nothing else. */
  @ArchTest
  static final ArchRule ONLY_CONDITIONS_LOAD_THEIR_LIBRARY =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.oneport.condition..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.cel..");

  /** OpenTelemetry is loaded where it is configured, and is not even there elsewhere. */
  @ArchTest
  static final ArchRule ONLY_ONE_ROOM_KNOWS_OPENTELEMETRY =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.oneport.telemetry.otlp..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.opentelemetry..");

  @ArchTest
  static final ArchRule ONE_CLASS_OPENS_THAT_ROOM =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.oneport.telemetry.otlp..")
          .and()
          .doNotHaveSimpleName("ConfiguredTelemetry")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.oneport.telemetry.otlp..");

  /** Redis's library is loaded where one is configured, and is not even there elsewhere. */
  @ArchTest
  static final ArchRule ONLY_ONE_ROOM_KNOWS_REDIS =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.oneport.fleet.redis..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.lettuce..",
              "io.netty..",
              "reactor..",
              "org.reactivestreams..",
              "io.github.bucket4j.redis..");

  @ArchTest
  static final ArchRule ONE_CLASS_OPENS_THAT_ROOM_TOO =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.oneport.fleet.redis..")
          .and()
          .doNotHaveSimpleName("ConfiguredRedis")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.oneport.fleet.redis..");

  @ArchTest
  static final ArchRule THE_LOGIC_OF_ECHO_KNOWS_NO_PROTOCOL =
      noClasses()
          .that()
          .haveSimpleName("Echo")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.helidon..", "io.grpc..");

  @ArchTest
  static final ArchRule THE_POLICY_KNOWS_NO_PROTOCOL =
      noClasses()
          .that()
          .resideInAPackage("dev.oneport.policy")
          .or()
          .haveSimpleName("Gate")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.helidon..", "io.grpc..");

  @ArchTest
  static final ArchRule ONLY_MAIN_ENDS_THE_PROCESS =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.oneport.Main")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule ONLY_THE_LAST_RESORT_HALTS_IT =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.oneport.cli.LastResort")
          .should()
          .callMethod(Runtime.class, "halt", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class);
}
