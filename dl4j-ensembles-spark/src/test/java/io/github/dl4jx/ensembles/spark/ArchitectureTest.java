package io.github.dl4jx.ensembles.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrow from this module to the ensembles, and what it may use besides. */
@AnalyzeClasses(packages = "io.github.dl4jx", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String SPARK = "io.github.dl4jx.ensembles.spark..";

  @ArchTest
  static final ArchRule usesTheEnsemblesAndSparkOnly =
      classes()
          .that()
          .resideInAPackage(SPARK)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.github.dl4jx.ensembles..",
              "java..",
              "org.apache.spark..",
              "org.bytedeco.javacpp..",
              "org.deeplearning4j..",
              "org.nd4j..",
              "org.slf4j..",
              "org.jspecify.annotations..");

  /** Scala's own classes differ between 2.12 and 2.13: one jar serves both. */
  @ArchTest
  static final ArchRule doesNotTouchScala =
      noClasses()
          .that()
          .resideInAPackage(SPARK)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("scala..");

  @ArchTest
  static final ArchRule nothingDependsOnIt =
      noClasses()
          .that()
          .resideOutsideOfPackage(SPARK)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SPARK);

  @ArchTest
  static final ArchRule deserializesNothingItself =
      noClasses()
          .that()
          .resideInAPackage(SPARK)
          .should()
          .dependOnClassesThat()
          .areAssignableTo(java.io.ObjectInputStream.class);
}
