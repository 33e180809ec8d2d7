package io.github.dl4jx.ensembles.spark;

import java.io.Serializable;

/** What comes back of a member. */
final class TrainedMember implements Serializable {

  private static final long serialVersionUID = 1;

  /** The network, as Deeplearning4j saves it. */
  final byte[] zip;

  final Machine machine;

  TrainedMember(byte[] zip, Machine machine) {
    this.zip = zip;
    this.machine = machine;
  }
}
