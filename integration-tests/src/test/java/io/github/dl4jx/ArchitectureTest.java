package io.github.dl4jx;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.InstanceofCheck;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** The arrows between modules and packages. */
@AnalyzeClasses(packages = "io.github.dl4jx", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String SPARK = "io.github.dl4jx.spark..";

  private static final String[] PUBLISHED = {
    "io.github.dl4jx.random..",
    "io.github.dl4jx.regularizers..",
    "io.github.dl4jx.updaters..",
    "io.github.dl4jx.training..",
    "io.github.dl4jx.ensembles..",
    "io.github.dl4jx.tuning.."
  };

  private static final String[] LIGHT = {
    "java..",
    "javax.imageio..", // with java.awt of the module java.desktop
    "org.deeplearning4j..",
    "org.nd4j..",
    "org.bytedeco.javacpp..",
    "org.apache.commons.math3..", // ND4J brings it: its Sobol numbers
    "com.sun.jna..", // Deeplearning4j brings it: OpenBLAS's kernels
    "org.slf4j..",
    "org.jspecify.annotations.."
  };

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
          .layer("training")
          .definedBy("io.github.dl4jx.training..")
          .layer("ensembles")
          .definedBy("io.github.dl4jx.ensembles..")
          .layer("tuning")
          .definedBy("io.github.dl4jx.tuning..")
          .layer("spark")
          .definedBy(SPARK)
          .layer("studies")
          .definedBy("io.github.dl4jx.studies..")
          .whereLayer("studies")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("spark")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("ensembles")
          .mayOnlyBeAccessedByLayers("spark", "studies")
          .whereLayer("tuning")
          .mayOnlyBeAccessedByLayers("spark", "studies")
          .whereLayer("training")
          .mayOnlyBeAccessedByLayers("ensembles", "tuning", "spark", "studies")
          .whereLayer("regularizers")
          .mayOnlyBeAccessedByLayers("ensembles", "studies")
          .whereLayer("updaters")
          .mayOnlyBeAccessedByLayers("training", "ensembles", "studies")
          .whereLayer("random")
          .mayOnlyBeAccessedByLayers(
              "regularizers", "updaters", "training", "ensembles", "tuning", "studies");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.github.dl4jx.(**)").should().beFreeOfCycles();

  /** DropConnectGradient: an arrow from the regularizers to the training would be for it alone. */
  @ArchTest
  static final ArchRule oneClassAsksForTheKindOfANetwork =
      noClasses()
          .that()
          .resideInAnyPackage(and(PUBLISHED, SPARK))
          .and()
          .doNotHaveFullyQualifiedName("io.github.dl4jx.training.network.Network")
          .and()
          .doNotHaveFullyQualifiedName(
              "io.github.dl4jx.regularizers.weightnoise.DropConnectGradient")
          .should(askForTheKindOfANetwork());

  /** What packages of a module share and users must not see. */
  @ArchTest
  static final ArchRule internalClassesAreInNoPublicSignature =
      classes()
          .that()
          .resideInAPackage("io.github.dl4jx..")
          .and()
          .resideOutsideOfPackage("..internal..")
          .and()
          .arePublic()
          .should(haveNoInternalClassInPublicSignatures());

  @ArchTest
  static final ArchRule internalClassesOfAnEnsembleServeItsModuleAlone =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.github.dl4jx.ensembles..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.github.dl4jx.ensembles.internal..");

  @ArchTest
  static final ArchRule publishedModulesStayLight =
      classes()
          .that()
          .resideInAnyPackage(PUBLISHED)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(and(LIGHT, PUBLISHED));

  @ArchTest
  static final ArchRule sparksModuleUsesSparkBesides =
      classes()
          .that()
          .resideInAPackage(SPARK)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              and(
                  and(LIGHT, PUBLISHED),
                  SPARK,
                  "org.apache.spark..",
                  "io.netty..",
                  "javax.crypto..",
                  "scala.."));

  /**
   * Scala's own classes differ between 2.12 and 2.13: one jar serves both. The one exception has
   * three that do not, as barrier stages have no other interface.
   */
  @ArchTest
  static final ArchRule sparksModuleDoesNotTouchScala =
      noClasses()
          .that()
          .resideInAPackage(SPARK)
          .and()
          .doNotHaveSimpleName("BarrierStage")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("scala..");

  @ArchTest
  static final ArchRule nothingIsDeserializedByJava =
      noClasses()
          .that()
          .resideInAPackage("io.github.dl4jx..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(java.io.ObjectInputStream.class);

  private static ArchCondition<JavaClass> askForTheKindOfANetwork() {
    return new ArchCondition<>("ask whether it is a MultiLayerNetwork or a ComputationGraph") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (InstanceofCheck asked : type.getInstanceofChecks()) {
          boolean network =
              asked.getRawType().isEquivalentTo(MultiLayerNetwork.class)
                  || asked.getRawType().isEquivalentTo(ComputationGraph.class);
          events.add(
              new SimpleConditionEvent(
                  type, network, type.getName() + " asks for " + asked.getRawType().getName()));
        }
      }
    };
  }

  private static ArchCondition<JavaClass> haveNoInternalClassInPublicSignatures() {
    return new ArchCondition<>("have no internal class in a public or protected signature") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Stream<JavaCodeUnit> open = type.getCodeUnits().stream().filter(unit -> isOpen(unit, type));
        open.flatMap(unit -> Stream.concat(unit.getRawParameterTypes().stream(), result(unit)))
            .filter(used -> used.getPackageName().contains(".internal"))
            .forEach(
                used ->
                    events.add(
                        SimpleConditionEvent.violated(
                            type, type.getName() + " shows " + used.getName())));
      }
    };
  }

  private static Stream<JavaClass> result(JavaCodeUnit unit) {
    return Stream.of(unit.getRawReturnType());
  }

  private static boolean isOpen(JavaCodeUnit unit, JavaClass type) {
    Set<JavaModifier> modifiers = unit.getModifiers();
    return modifiers.contains(JavaModifier.PUBLIC)
        || (modifiers.contains(JavaModifier.PROTECTED)
            && !type.getModifiers().contains(JavaModifier.FINAL));
  }

  private static String[] and(String[] some, String... more) {
    String[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }
}
