package io.github.dl4jx;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules and packages. */
@AnalyzeClasses(packages = "io.github.dl4jx", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule modules =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("random")
          .definedBy("io.github.dl4jx.random..")
          .layer("regularizers")
          .definedBy("io.github.dl4jx.regularizers..")
          .layer("updaters")
          .definedBy("io.github.dl4jx.updaters..")
          .layer("ensembles")
          .definedBy("io.github.dl4jx.ensembles..")
          .layer("unpublished")
          .definedBy(
              "io.github.dl4jx.mnist..",
              "io.github.dl4jx.studies..",
              "io.github.dl4jx.crash..",
              "io.github.dl4jx.console..")
          .whereLayer("unpublished")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("ensembles")
          .mayOnlyBeAccessedByLayers("unpublished")
          .whereLayer("regularizers")
          .mayOnlyBeAccessedByLayers("ensembles", "unpublished")
          .whereLayer("updaters")
          .mayOnlyBeAccessedByLayers("ensembles", "unpublished")
          .whereLayer("random")
          .mayOnlyBeAccessedByLayers("regularizers", "updaters", "ensembles", "unpublished");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.github.dl4jx.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule publishedModulesStayLight =
      classes()
          .that()
          .resideInAnyPackage(
              "io.github.dl4jx.random..",
              "io.github.dl4jx.regularizers..",
              "io.github.dl4jx.updaters..",
              "io.github.dl4jx.ensembles..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.github.dl4jx..",
              "java..",
              "org.deeplearning4j..",
              "org.nd4j..",
              "org.bytedeco.javacpp..",
              "org.slf4j..",
              "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule nothingIsDeserializedByJava =
      noClasses()
          .that()
          .resideInAPackage("io.github.dl4jx..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(java.io.ObjectInputStream.class);
}
