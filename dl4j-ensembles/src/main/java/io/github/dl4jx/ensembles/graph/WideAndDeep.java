package io.github.dl4jx.ensembles.graph;

import io.github.dl4jx.random.internal.Arguments;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Wide and deep learning: a linear model, which memorizes, and a deep network, which generalizes,
 * trained jointly.
 *
 * <pre>{@code
 * a_0 = x_deep,   a_l = relu(V_l a_(l-1) + c_l)
 * y   = softmax(W x_wide + V a_L + b)
 * }</pre>
 *
 * <p>Unlike the members of an ensemble, both parts are trained with one loss, so the wide part only
 * has to correct the deep one. The wide input is for sparse features and their cross products,
 * which the caller computes ({@code x_i * x_j} is 1 if both are 1). The input is {@code in},
 * [examples, columns], for both parts, or there are two, {@code wide} and {@code deep}.
 *
 * <p>With one output the model is a sigmoid, with several a softmax, both with cross entropy; with
 * {@link Builder#regression} it is the identity with the mean squared error. Difference from the
 * paper: there the wide part is trained with FTRL, which Deeplearning4j does not have. Here both
 * parts have {@code AdaGrad(0.05)}, the paper's updater of the deep part with TensorFlow's learning
 * rate. Initial wide weights are 0.
 *
 * <pre>{@code
 * ComputationGraph model =
 *     new ComputationGraph(WideAndDeep.of(1000, 2).deepInputs(40).hidden(100, 50).wideL1(1e-4).build());
 * model.init();
 * model.fit(multiDataSets, 5);   // features {wide, deep}
 * }</pre>
 *
 * <p>Reference: H.-T. Cheng et al., "Wide &amp; Deep Learning for Recommender Systems", DLRS 2016,
 * arXiv:1606.07792.
 */
public final class WideAndDeep {

  private static final double RATE = 0.05;

  private WideAndDeep() {}

  /**
   * A model with one input for both parts, for a {@code DataSetIterator}, unless the builder is
   * given {@link Builder#deepInputs}.
   *
   * @param inputs columns of the input, at least 1
   * @param outputs columns of the labels, at least 1
   * @return a builder with the defaults
   * @throws IllegalArgumentException if one is below 1
   */
  public static Builder of(int inputs, int outputs) {
    return new Builder(inputs, outputs);
  }

  /** Collects the settings. */
  public static final class Builder {

    private final int wideInputs;
    private String wide = "in";
    private String deep = "in";
    private int deepInputs;
    private final int outputs;
    private int[] hidden = {1024, 512, 256};
    private IUpdater wideUpdater = new AdaGrad(RATE);
    private IUpdater deepUpdater = new AdaGrad(RATE);
    private double wideL1;
    private long seed;
    private Activation activation;
    private LossFunction loss;

    private Builder(int inputs, int outputs) {
      this.wideInputs = checkSize("inputs", inputs);
      this.deepInputs = inputs;
      this.outputs = checkSize("outputs", outputs);
      this.activation = outputs == 1 ? Activation.SIGMOID : Activation.SOFTMAX;
      this.loss = outputs == 1 ? LossFunction.XENT : LossFunction.MCXENT;
    }

    private static int checkSize(String name, int size) {
      Preconditions.checkArgument(size >= 1, "%s must be >= 1, got %s", name, size);
      return size;
    }

    /**
     * An input of its own for the deep part: the model's inputs are {@code wide} and {@code deep}
     * then, in this order.
     *
     * @param columns columns of {@code deep}, at least 1
     * @return this builder
     */
    public Builder deepInputs(int columns) {
      this.deepInputs = checkSize("columns", columns);
      this.wide = "wide";
      this.deep = "deep";
      return this;
    }

    /**
     * The deep part's hidden layers.
     *
     * @param units of each, from the input on; at least one layer, each of at least 1; default
     *     1024, 512, 256, as in the paper
     * @return this builder
     */
    public Builder hidden(int... units) {
      Preconditions.checkArgument(
          Arguments.notNull("hidden", units).length >= 1,
          "hidden must have at least 1 layer, got 0");
      for (int size : units) {
        checkSize("hidden", size);
      }
      this.hidden = units.clone();
      return this;
    }

    /**
     * The wide part's updater.
     *
     * @param updater default {@code AdaGrad(0.05)}
     * @return this builder
     */
    public Builder wideUpdater(IUpdater updater) {
      Preconditions.checkArgument(updater != null, "wideUpdater must not be null");
      this.wideUpdater = updater;
      return this;
    }

    /**
     * The deep part's updater.
     *
     * @param updater default {@code AdaGrad(0.05)}
     * @return this builder
     */
    public Builder deepUpdater(IUpdater updater) {
      Preconditions.checkArgument(updater != null, "deepUpdater must not be null");
      this.deepUpdater = updater;
      return this;
    }

    /**
     * L1 penalty of the wide weights, which makes them sparse.
     *
     * @param l1 finite and at least 0; default 0
     * @return this builder
     */
    public Builder wideL1(double l1) {
      Preconditions.checkArgument(
          l1 >= 0 && Double.isFinite(l1), "wideL1 must be finite and >= 0, got %s", l1);
      this.wideL1 = l1;
      return this;
    }

    /**
     * Sets regression, with the mean squared error, instead of classification.
     *
     * @return this builder
     */
    public Builder regression() {
      this.activation = Activation.IDENTITY;
      this.loss = LossFunction.MSE;
      return this;
    }

    /**
     * Seed of the initial weights.
     *
     * @param seed any value; default 0
     * @return this builder
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * {@return the configuration of a graph with the output {@code out}, which can be changed
     * further}
     */
    public ComputationGraphConfiguration build() {
      ComputationGraphConfiguration.GraphBuilder graph =
          new NeuralNetConfiguration.Builder()
              .seed(seed)
              .weightInit(WeightInit.RELU)
              .updater(deepUpdater)
              .graphBuilder();
      graph.addInputs(wide.equals(deep) ? new String[] {wide} : new String[] {wide, deep});
      String last = deep;
      int width = deepInputs;
      for (int l = 0; l < hidden.length; l++) {
        String name = "hidden-" + (l + 1);
        graph.addLayer(name, dense(width, hidden[l]).activation(Activation.RELU).build(), last);
        last = name;
        width = hidden[l];
      }
      return graph
          .addLayer(
              "deep-scores", dense(width, outputs).weightInit(WeightInit.XAVIER).build(), last)
          .addLayer(
              "wide-scores",
              dense(wideInputs, outputs)
                  .weightInit(WeightInit.ZERO)
                  .updater(wideUpdater)
                  .l1(wideL1)
                  .hasBias(false)
                  .build(),
              wide)
          .addVertex(
              "scores",
              new ElementWiseVertex(ElementWiseVertex.Op.Add),
              "deep-scores",
              "wide-scores")
          .addLayer("out", new LossLayer.Builder(loss).activation(activation).build(), "scores")
          .setOutputs("out")
          .build();
    }

    private static DenseLayer.Builder dense(int in, int out) {
      return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.IDENTITY);
    }
  }
}
