package io.github.dl4jx.studies.report;

import java.io.IOException;
import java.nio.file.Path;

/** What a study has found: a table for the console, and files. */
public interface Findings {

  /** The table, with its title and what the runs have in common. */
  String table();

  /**
   * Writes the files.
   *
   * @return where they are, for people to read
   */
  String write(Path folder) throws IOException;

  /** Prints the table, writes the files and says where they are. */
  default void show(Path folder) throws IOException {
    System.out.println(table());
    System.out.println(write(folder));
  }
}
