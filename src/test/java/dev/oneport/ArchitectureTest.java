package dev.oneport;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the house go down only. */
@AnalyzeClasses(packages = "dev.oneport", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule dependenciesGoDown =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.oneport..")
          .withOptionalLayers(true)
          .layer("main")
          .definedBy("dev.oneport")
          .layer("transport")
          .definedBy("dev.oneport.transport..")
          .whereLayer("main")
          .mayNotBeAccessedByAnyLayer();
}
