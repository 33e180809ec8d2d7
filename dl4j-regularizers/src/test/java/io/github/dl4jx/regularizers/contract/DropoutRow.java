package io.github.dl4jx.regularizers.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.junit.jupiter.api.Named;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * A row of {@link DropoutContractTest}'s table: a dropout, and what cannot be asked of it and why.
 */
final class DropoutRow {

  /** What holds for every dropout, unless its row says otherwise. */
  enum Rule {
    /** The retain probability may follow a schedule. */
    SCHEDULE,
    /** The retain probability may be 1, which changes nothing. */
    RETAIN_ALL,
    /** At test time nothing is changed. */
    NOTHING_AT_TEST_TIME,
    /** It can be put into a network of layers. */
    NETWORK_OF_LAYERS,
    /** With a seed, a graph of layers one after another drops what the network of them does. */
    GRAPH_AS_LAYERS,
    /** It is applied to arrays, which may be written in place. */
    ON_ARRAYS
  }

  /** A dropout of a retain probability and a seed. */
  interface Seeded {
    Object of(double p, long seed);
  }

  /** The retain probability is 1, and 0.25 from iteration 5 on. */
  static final ISchedule SCHEDULE =
      new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 1.0).add(5, 0.25).build();

  private final DoubleFunction<?> unseeded;
  private final Seeded seeded;
  private final Map<Rule, String> exceptions = new EnumMap<>(Rule.class);
  private Function<ISchedule, ?> scheduled = schedule -> null;
  private InputType input = InputType.feedForward(6);
  private Supplier<Layer> without = () -> new ActivationLayer(Activation.IDENTITY);

  private DropoutRow(DoubleFunction<?> unseeded, Seeded seeded) {
    this.unseeded = unseeded;
    this.seeded = seeded;
  }

  /** What a layer's {@code dropOut(..)} takes. */
  static DropoutRow dropout(DoubleFunction<IDropout> unseeded, Seeded seeded) {
    return new DropoutRow(unseeded, seeded);
  }

  /** A layer of its own. */
  static DropoutRow layer(DoubleFunction<Layer> unseeded, Seeded seeded) {
    return new DropoutRow(unseeded, seeded)
        .except(Rule.ON_ARRAYS, "a layer allocates its activations");
  }

  /** A vertex with two inputs whose sum it is at test time. */
  static DropoutRow vertex(DoubleFunction<GraphVertex> unseeded, Seeded seeded) {
    return new DropoutRow(unseeded, seeded)
        .except(Rule.ON_ARRAYS, "a vertex allocates its activations")
        .except(Rule.NETWORK_OF_LAYERS, "a vertex is part of a graph")
        .except(Rule.GRAPH_AS_LAYERS, "a vertex is part of a graph");
  }

  /** Noise on a layer's weights. */
  static DropoutRow weightNoise(DoubleFunction<IWeightNoise> unseeded, Seeded seeded) {
    return new DropoutRow(unseeded, seeded)
        .except(Rule.ON_ARRAYS, "the weights stay as they are")
        .except(
            Rule.GRAPH_AS_LAYERS,
            "the mask depends on the layer's index, which graphs count from 1")
        .without(DropoutRow::linear);
  }

  /** How it is made with a schedule; a row without this says why by an exception. */
  DropoutRow scheduled(Function<ISchedule, ?> maker) {
    scheduled = maker;
    return this;
  }

  /** The type of its input, if that is not six features. */
  DropoutRow on(InputType type) {
    input = type;
    return this;
  }

  /** The layer that does the same without dropping, if that is not the identity. */
  DropoutRow without(Supplier<Layer> layer) {
    without = layer;
    return this;
  }

  /** Exempts the row from a rule; the tests of that rule report it as skipped, with the reason. */
  DropoutRow except(Rule rule, String reason) {
    exceptions.put(rule, reason);
    return this;
  }

  /** Skips the test if the row is exempt. */
  void assume(Rule rule) {
    assumeTrue(!exceptions.containsKey(rule), () -> exceptions.get(rule));
  }

  Object unseeded(double p) {
    return unseeded.apply(p);
  }

  Object seeded(double p, long seed) {
    return seeded.of(p, seed);
  }

  Object scheduled() {
    return scheduled.apply(SCHEDULE);
  }

  /** Without a seed, with one, and with a schedule if there may be one. */
  List<Object> forms() {
    List<Object> forms = new ArrayList<>(List.of(unseeded(0.5), seeded(0.5, 7)));
    if (!exceptions.containsKey(Rule.SCHEDULE)) {
      forms.add(scheduled());
    }
    return forms;
  }

  /** A network that drops, ready to train. */
  DropoutNetwork network(Object dropout) {
    return new DropoutNetwork(input, part(dropout));
  }

  /** The same without dropping. */
  DropoutNetwork plainNetwork() {
    boolean vertex = unseeded(0.5) instanceof GraphVertex;
    return new DropoutNetwork(
        input, vertex ? new ElementWiseVertex(ElementWiseVertex.Op.Add) : without.get());
  }

  /** One or two random arrays, the same at every call. */
  INDArray[] inputs() {
    Nd4j.getRandom().setSeed(21);
    return network(unseeded(0.5)).alone(DataType.DOUBLE).inputs(DropoutNetwork.shape(input, 7));
  }

  InputType input() {
    return input;
  }

  /** The layer or vertex with the dropout. */
  static Object part(Object dropout) {
    if (dropout instanceof IDropout activations) {
      return new DropoutLayer.Builder(activations).build();
    }
    if (dropout instanceof IWeightNoise weights) {
      return linearBuilder().weightNoise(weights).build();
    }
    return dropout;
  }

  /** A dense layer whose output is linear in its input. */
  static DenseLayer linear() {
    return linearBuilder().build();
  }

  private static DenseLayer.Builder linearBuilder() {
    return new DenseLayer.Builder().nOut(6).activation(Activation.IDENTITY);
  }

  static Object cloneOf(Object dropout) {
    if (dropout instanceof IDropout activations) {
      return activations.clone();
    }
    if (dropout instanceof IWeightNoise weights) {
      return weights.clone();
    }
    return dropout instanceof Layer layer ? layer.clone() : ((GraphVertex) dropout).clone();
  }

  Named<DropoutRow> named() {
    return Named.of(seeded(0.5, 7).toString(), this);
  }
}
