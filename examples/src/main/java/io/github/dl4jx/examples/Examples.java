package io.github.dl4jx.examples;

import java.util.List;

/**
 * Starts a program by its name, with MNIST in Deeplearning4j's folder: the main class of {@code mvn
 * -Pexample verify}.
 */
public final class Examples {

  /** All programs, in the order of the table in README.md. */
  static final List<String> NAMES =
      List.of(
          "LeNetMnist",
          "LeNetMnistImproved",
          "CharacterLstm",
          "CsvBagging",
          "CsvBoosting",
          "Uncertainty",
          "KilledTraining",
          "GraphEnsemble",
          "SameDiffMnist",
          "TransferLearningDigits",
          "SearchExample",
          "SparkLocal",
          "TrainingUi");

  private Examples() {}

  /**
   * Runs a program.
   *
   * @param args its name
   * @throws Exception if the program fails
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 1 || !NAMES.contains(args[0])) {
      System.err.println(
          "-Dexample must be one of " + NAMES + ", got '" + String.join(" ", args) + "'");
      System.exit(2);
      return;
    }
    installMnist();
    long start = System.nanoTime();
    Class.forName(Examples.class.getPackageName() + "." + args[0])
        .getMethod("main", String[].class)
        .invoke(null, (Object) new String[0]);
    System.out.printf("(%.0f seconds)%n", (System.nanoTime() - start) / 1e9);
  }

  /** By its name, as it is compiled for Java 17 and the programs are for Java 11. */
  private static void installMnist() throws ReflectiveOperationException {
    Class.forName("io.github.dl4jx.studies.mnist.Mnist").getMethod("install").invoke(null);
  }
}
