package io.github.dl4jx.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** The result of a task, and the machine that ran it. */
final class Finished implements Serializable {

  private static final long serialVersionUID = 1;

  /** In the job's format; null if it is in a file. */
  final byte @Nullable [] result;

  final Machine machine;

  Finished(byte @Nullable [] result, Machine machine) {
    this.result = result;
    this.machine = machine;
  }
}
