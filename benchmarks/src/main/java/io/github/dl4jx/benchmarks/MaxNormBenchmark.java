package io.github.dl4jx.benchmarks;

import io.github.dl4jx.regularizers.constraint.MaxNorm;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The bound on the weights of a dense layer, as it is applied after every step. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class MaxNormBenchmark {

  /** Inputs and units of the layer. */
  @Param({"256", "1024"})
  public int units;

  private LayerConstraint dl4j = new MaxNormConstraint(2, 0);
  private LayerConstraint ours = new MaxNorm(2);
  private MultiLayerNetwork network = network(1);

  /** Draws the weights, half of whose units are beyond the bound. */
  @Setup
  public void draw() {
    network = network(units);
    dl4j = network.getLayer(0).conf().getLayer().getConstraints().get(0);
    ours = network.getLayer(1).conf().getLayer().getConstraints().get(0);
    for (String weights : new String[] {"0_W", "1_W"}) {
      INDArray w = network.getParam(weights);
      w.muli(2 / w.norm2(0).medianNumber().doubleValue());
    }
  }

  private static MultiLayerNetwork network(int units) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(dense(units, new MaxNormConstraint(2, 0)))
                .layer(dense(units, new MaxNorm(2)))
                .layer(new OutputLayer.Builder().nIn(units).nOut(2).build())
                .build());
    network.init();
    return network;
  }

  private static DenseLayer dense(int units, LayerConstraint constraint) {
    return new DenseLayer.Builder().nIn(units).nOut(units).constrainWeights(constraint).build();
  }

  private INDArray apply(LayerConstraint constraint, int index) {
    Layer layer = network.getLayer(index);
    constraint.applyConstraint(layer, 0, 0);
    return layer.params();
  }

  /** Deeplearning4j's own. */
  @Benchmark
  public INDArray dl4jMaxNormConstraint() {
    return apply(dl4j, 0);
  }

  /** This library's. */
  @Benchmark
  public INDArray maxNorm() {
    return apply(ours, 1);
  }
}
