package io.github.dl4jx.studies;

import java.io.Serializable;

/**
 * What a study is asked for: with the name and the seed, all that a run depends on.
 *
 * @param quick {@code -Dstudy.quick}
 * @param choose {@code -Dstudy.choose}
 * @param runs {@code -Dstudy.runs=N}, or 0
 * @param epochs {@code -Dstudy.epochs=N}, or 0
 * @param data {@code -Dstudy.data}
 */
record StudyOptions(boolean quick, boolean choose, int runs, int epochs, StudyData data)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  static final int NOT_GIVEN = 0;

  /**
   * As the system properties say.
   *
   * @throws IllegalArgumentException if one has a value that it cannot have
   */
  static StudyOptions ofProperties() {
    return new StudyOptions(
        flag("study.quick"),
        flag("study.choose"),
        number("study.runs"),
        number("study.epochs"),
        StudyData.ofProperty());
  }

  private static boolean flag(String name) {
    String text = System.getProperty(name, "");
    if (!text.matches("true|false|")) {
      throw new IllegalArgumentException(name + " must be true or false, got " + text);
    }
    return text.equals("true");
  }

  private static int number(String name) {
    String text = System.getProperty(name, "");
    if (!text.matches("([1-9][0-9]{0,3})?")) {
      throw new IllegalArgumentException(name + " must be in 1..9999, got " + text);
    }
    return text.isEmpty() ? NOT_GIVEN : Integer.parseInt(text);
  }
}
