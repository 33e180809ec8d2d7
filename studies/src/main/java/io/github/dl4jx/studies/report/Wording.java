package io.github.dl4jx.studies.report;

/** Words that reports have in common. */
public final class Wording {

  private Wording() {}

  /** A number of things, as in {@code 1 run} and {@code 3 runs}. */
  public static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
