package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.internal.Blueprint;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A network for three examples, with what it is asked. */
final class NetworkCase {

  static final int EXAMPLES = 3;

  /** A network, not yet initialized, with dropouts before and after what the case is about. */
  interface Blueprint {

    /** Without a dropout where one is null. */
    Model network(Dropout before, Dropout after);
  }

  final String name;
  final INDArray[] features;
  final boolean masked;

  /** Whether copies of the examples can go through Deeplearning4j's own output. */
  final boolean anyBatch;

  private final Blueprint blueprint;

  private NetworkCase(
      String name, Blueprint blueprint, boolean masked, boolean anyBatch, INDArray... features) {
    this.name = name;
    this.blueprint = blueprint;
    this.masked = masked;
    this.anyBatch = anyBatch;
    this.features = features;
  }

  /** A case with one input for each of the shapes, which are without the examples. */
  static NetworkCase of(String name, Blueprint blueprint, long[]... shapes) {
    return new NetworkCase(
        name,
        blueprint,
        false,
        true,
        IntStream.range(0, shapes.length)
            .mapToObj(i -> features(shapes[i], i))
            .toArray(INDArray[]::new));
  }

  private static INDArray features(long[] shape, int input) {
    long[] all = new long[shape.length + 1];
    all[0] = EXAMPLES;
    System.arraycopy(shape, 0, all, 1, shape.length);
    long n = Arrays.stream(all).reduce(1, (a, b) -> a * b);
    double[] values = new double[(int) n];
    for (int i = 0; i < n; i++) {
      values[i] = 2 * Math.sin((1.7 + 0.4 * input) * i + 0.3);
    }
    return Nd4j.createFromArray(values).castTo(DataType.FLOAT).reshape(all);
  }

  /** The same with sequences of different lengths. */
  NetworkCase masked() {
    return new NetworkCase(name + ", masked", blueprint, true, anyBatch, features);
  }

  /** The same for the given number of examples only, whose outputs are not one row each. */
  NetworkCase ofThisBatchOnly() {
    return new NetworkCase(name, blueprint, masked, false, features);
  }

  /** Masks [example, step] of sequences; null for other inputs; null without masks. */
  INDArray[] masks() {
    if (!masked) {
      return null;
    }
    return Stream.of(features)
        .map(
            x -> {
              if (x.rank() != 3) {
                return null;
              }
              INDArray mask = Nd4j.ones(DataType.FLOAT, EXAMPLES, x.size(2));
              mask.putScalar(1, x.size(2) - 1, 0);
              mask.putScalar(2, x.size(2) - 1, 0);
              mask.putScalar(2, x.size(2) - 2, 0);
              return mask;
            })
        .toArray(INDArray[]::new);
  }

  Model network(Dropout before, Dropout after) {
    Model network = blueprint.network(before, after);
    network.init();
    return network;
  }

  /** What Deeplearning4j answers. */
  static INDArray[] outputs(Model network, boolean training, INDArray[] x, INDArray[] masks) {
    if (network instanceof MultiLayerNetwork net) {
      return new INDArray[] {net.output(x[0], training, masks == null ? null : masks[0], null)};
    }
    return ((ComputationGraph) network).output(training, x, masks);
  }

  /** The last example alone, the one with the shortest sequences; null stays null. */
  INDArray[] lastOf(INDArray[] arrays) {
    if (arrays == null) {
      return null;
    }
    return Stream.of(arrays)
        .map(x -> x == null ? null : x.slice(EXAMPLES - 1, 0).dup())
        .map(x -> x == null ? null : Nd4j.expandDims(x, 0))
        .toArray(INDArray[]::new);
  }

  /** The arrays, each several times along the examples; null stays null. */
  static INDArray[] repeated(INDArray[] arrays, int times) {
    if (arrays == null) {
      return null;
    }
    return Stream.of(arrays)
        .map(
            array -> {
              if (array == null) {
                return null;
              }
              INDArray[] copies = new INDArray[times];
              Arrays.fill(copies, array);
              return Nd4j.concat(0, copies);
            })
        .toArray(INDArray[]::new);
  }

  @Override
  public String toString() {
    return name;
  }
}
