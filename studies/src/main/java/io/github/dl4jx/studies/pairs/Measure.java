package io.github.dl4jx.studies.pairs;

/** What both sides of a pair are measured by: less is better, and 0 is perfect. */
enum Measure {
  ERROR("error %", "%.2f"),
  NLL("NLL", "%.3f"),
  ECE("ECE", "%.4f"),
  /** Of telling what is no digit from digits by how unsure the network is. */
  CONFUSION("1 - AUROC", "%.4f");

  private final String title;
  private final String format;

  Measure(String title, String format) {
    this.title = title;
    this.format = format;
  }

  /** The name in tables and in the CSV. */
  String title() {
    return title;
  }

  /** How a value is written. */
  String format() {
    return format;
  }
}
