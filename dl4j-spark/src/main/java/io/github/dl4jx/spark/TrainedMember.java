package io.github.dl4jx.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** What comes back of a member. */
final class TrainedMember implements Serializable {

  private static final long serialVersionUID = 1;

  /** The network, as Deeplearning4j saves it; null if it is in a file. */
  final byte @Nullable [] zip;

  final Machine machine;

  TrainedMember(byte @Nullable [] zip, Machine machine) {
    this.zip = zip;
    this.machine = machine;
  }
}
