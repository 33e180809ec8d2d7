package io.github.dl4jx.studies;

import io.github.dl4jx.studies.mnist.Fashion;
import io.github.dl4jx.studies.mnist.Mnist;
import io.github.dl4jx.studies.mnist.MnistData;
import java.io.IOException;

/** What studies train on: {@code -Dstudy.data=fashion}, or MNIST. */
public enum StudyData {

  /** Handwritten digits; the default. */
  MNIST(""),

  /** Clothes, which are harder. */
  FASHION("-fashion");

  /** System property: {@code mnist} or {@code fashion}. Default: {@code mnist}. */
  static final String PROPERTY = "study.data";

  private final String suffix;

  StudyData(String suffix) {
    this.suffix = suffix;
  }

  /**
   * As the system property says.
   *
   * @throws IllegalArgumentException if it has another value than those
   */
  public static StudyData ofProperty() {
    String text = System.getProperty(PROPERTY, "");
    if (!text.matches("mnist|fashion|")) {
      throw new IllegalArgumentException(PROPERTY + " must be mnist or fashion, got " + text);
    }
    return text.equals("fashion") ? FASHION : MNIST;
  }

  /** A study's results on these data: the name of its folder and of its kept files. */
  public String results(String study) {
    return study + suffix;
  }

  /** The study whose results on some data have that name. */
  public static String study(String results) {
    return results.endsWith(FASHION.suffix)
        ? results.substring(0, results.length() - FASHION.suffix.length())
        : results;
  }

  MnistData install() throws IOException {
    return this == FASHION ? Fashion.install() : Mnist.install();
  }
}
