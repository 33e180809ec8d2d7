package io.github.dl4jx.training.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class BatchNormStatisticsTest {

  private static final double EPS = 1e-5;
  private static final int[] UNEQUAL = {7, 12, 3};

  // ---- networks and data

  private static NeuralNetConfiguration.Builder base(DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(type)
        .activation(Activation.TANH)
        .updater(new Adam(0.01));
  }

  private static MultiLayerNetwork network(DataType type, InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = base(type).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(input).build());
    net.init();
    return net;
  }

  private static ComputationGraph graph(DataType type, InputType input, Layer... layers) {
    GraphBuilder builder = base(type).graphBuilder().addInputs("in").setInputTypes(input);
    String last = "in";
    for (int i = 0; i < layers.length; i++) {
      builder.addLayer(String.valueOf(i), layers[i], last);
      last = String.valueOf(i);
    }
    ComputationGraph graph = new ComputationGraph(builder.setOutputs(last).build());
    graph.init();
    return graph;
  }

  private static BatchNormalization norm() {
    return new BatchNormalization.Builder().build();
  }

  private static DenseLayer dense(int size) {
    return new DenseLayer.Builder().nOut(size).build();
  }

  private static OutputLayer output(int size) {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(size)
        .activation(Activation.IDENTITY)
        .build();
  }

  /** Rows of floats: column j has about mean j * 3 + shift and standard deviation j + 0.5. */
  private static double[][] rows(int rows, int columns, double shift) {
    Random random = new Random(5);
    double[][] x = new double[rows][columns];
    for (double[] row : x) {
      Arrays.setAll(row, j -> (float) (shift + 3 * j + (j + 0.5) * random.nextGaussian()));
    }
    return x;
  }

  private static DataSetIterator batches(DataType type, double[][] x, int... sizes) {
    List<DataSet> sets = new ArrayList<>();
    int from = 0;
    for (int size : sizes) {
      INDArray features = Nd4j.createFromArray(Arrays.copyOfRange(x, from, from + size));
      sets.add(new DataSet(features.castTo(type), Nd4j.zeros(type, size, 2)));
      from += size;
    }
    return new ExistingDataSetIterator(sets);
  }

  private static DataSetIterator one(INDArray features) {
    return new ExistingDataSetIterator(
        List.of(new DataSet(features, Nd4j.zeros(features.dataType(), features.size(0), 2))));
  }

  // ---- the statistics in plain doubles

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length;
  }

  private static double[] column(double[][] x, int j) {
    return Arrays.stream(x).mapToDouble(row -> row[j]).toArray();
  }

  private static double storedMean(Model net, String layer, int channel) {
    return net.paramTable().get(layer + "_mean").getDouble(channel);
  }

  private static double storedVariance(Model net, String layer, int channel) {
    Map<String, INDArray> table = net.paramTable();
    return table.containsKey(layer + "_var")
        ? table.get(layer + "_var").getDouble(channel)
        : Math.pow(10, 2 * table.get(layer + "_log10stdev").getDouble(channel));
  }

  private static void assertStatistics(Model net, String layer, int channel, double[] values) {
    Percentage tolerance = Percentage.withPercentage(1e-4); // 1e-6
    assertThat(storedMean(net, layer, channel)).isCloseTo(mean(values), tolerance);
    assertThat(storedVariance(net, layer, channel)).isCloseTo(variance(values), tolerance);
  }

  // ---- values

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refresh_firstLayer_exactMeanAndVarianceOfTheData(boolean useLogStd) {
    MultiLayerNetwork net =
        network(
            DataType.FLOAT,
            InputType.feedForward(3),
            new BatchNormalization.Builder().useLogStd(useLogStd).build(),
            output(2));
    double[][] x = rows(22, 3, 1);

    BatchNormStatistics.refresh(net, batches(DataType.FLOAT, x, UNEQUAL));

    assertThat(net.paramTable().containsKey("0_log10stdev")).isEqualTo(useLogStd);
    for (int j = 0; j < 3; j++) {
      assertStatistics(net, "0", j, column(x, j));
    }
  }

  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void refresh_images_meanAndVarianceOfEachChannel(CNN2DFormat format) {
    int n = 5;
    int height = 3;
    int width = 4;
    int channels = 2;
    boolean first = format == CNN2DFormat.NCHW;
    MultiLayerNetwork net =
        network(
            DataType.FLOAT,
            InputType.convolutional(height, width, channels, format),
            norm(),
            output(2));
    double[][] x = rows(n * height * width, channels, 1);
    INDArray features =
        first
            ? Nd4j.create(DataType.FLOAT, n, channels, height, width)
            : Nd4j.create(DataType.FLOAT, n, height, width, channels);
    for (int i = 0, row = 0; i < n; i++) {
      for (int h = 0; h < height; h++) {
        for (int w = 0; w < width; w++, row++) {
          for (int c = 0; c < channels; c++) {
            int[] at = first ? new int[] {i, c, h, w} : new int[] {i, h, w, c};
            features.putScalar(at, x[row][c]);
          }
        }
      }
    }

    BatchNormStatistics.refresh(net, one(features));

    for (int c = 0; c < channels; c++) {
      assertStatistics(net, "0", c, column(x, c));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void refresh_stackedLayers_upstreamNormalizesWithEachBatch(DataType type) {
    MultiLayerNetwork net =
        network(type, InputType.feedForward(3), norm(), dense(4), norm(), output(2));
    net.setParam("0_gamma", Nd4j.createFromArray(0.5, 1.5, -1).castTo(type));
    net.setParam("0_beta", Nd4j.createFromArray(0.25, -0.5, 2).castTo(type));
    double[][] x = rows(22, 3, 1);
    double[][] hidden = new double[22][4];
    int from = 0;
    for (int size : UNEQUAL) {
      double[][] batch = Arrays.copyOfRange(x, from, from + size);
      for (int i = 0; i < size; i++) {
        for (int k = 0; k < 4; k++) {
          double sum = net.getParam("1_b").getDouble(k);
          for (int j = 0; j < 3; j++) {
            double[] channel = column(batch, j);
            double normal = (batch[i][j] - mean(channel)) / Math.sqrt(variance(channel) + EPS);
            double y =
                normal * net.getParam("0_gamma").getDouble(j) + net.getParam("0_beta").getDouble(j);
            sum += y * net.getParam("1_W").getDouble(j, k);
          }
          hidden[from + i][k] = Math.tanh(sum);
        }
      }
      from += size;
    }

    BatchNormStatistics.refresh(net, batches(type, x, UNEQUAL));

    double tolerance = type == DataType.DOUBLE ? 1e-12 : 1e-6;
    for (int j = 0; j < 3; j++) {
      assertStatistics(net, "0", j, column(x, j));
    }
    for (int k = 0; k < 4; k++) {
      double[] channel = column(hidden, k);
      assertThat(storedMean(net, "2", k)).isCloseTo(mean(channel), within(tolerance));
      assertThat(storedVariance(net, "2", k)).isCloseTo(variance(channel), within(tolerance));
    }
  }

  @Test
  void refresh_largeMeanSmallVariance_noCancellation() {
    MultiLayerNetwork net =
        network(DataType.FLOAT, InputType.feedForward(1), norm(), dense(2), output(2));
    Random random = new Random(8);
    double[][] x = new double[1000][1];
    Arrays.setAll(x, i -> new double[] {(float) (1000 + 0.1 * random.nextGaussian())});

    BatchNormStatistics.refresh(net, batches(DataType.FLOAT, x, 512, 400, 88));

    assertStatistics(net, "0", 0, column(x, 0));
  }

  @Test
  void refresh_constantChannel_floorOfTheVariance() {
    MultiLayerNetwork net = network(DataType.FLOAT, InputType.feedForward(1), norm(), output(2));

    BatchNormStatistics.refresh(net, batches(DataType.FLOAT, new double[][] {{4}, {4}, {4}}, 2, 1));

    assertThat(storedMean(net, "0", 0)).isEqualTo(4);
    assertThat(net.getParam("0_log10stdev").getDouble(0)).isEqualTo(-10);
    assertThat(net.output(Nd4j.createFromArray(new float[][] {{4}})).sumNumber().doubleValue())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refresh_thenOutput_normalizesWithVariancePlusEps(boolean useLogStd) {
    double eps = 0.3; // large, so that a misplaced one is seen
    MultiLayerNetwork net =
        network(
            DataType.DOUBLE,
            InputType.feedForward(2),
            new BatchNormalization.Builder().eps(eps).useLogStd(useLogStd).build(),
            output(2));
    net.setParam("1_W", Nd4j.eye(2).castTo(DataType.DOUBLE));
    double[][] x = rows(22, 2, 1);

    BatchNormStatistics.refresh(net, batches(DataType.DOUBLE, x, UNEQUAL));

    INDArray out = net.output(Nd4j.createFromArray(x));
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < 2; j++) {
        double[] channel = column(x, j);
        double expected = (x[i][j] - mean(channel)) / Math.sqrt(variance(channel) + eps);
        assertThat(out.getDouble(i, j)).isCloseTo(expected, within(1e-12));
      }
    }
  }

  @Test
  void refresh_maskedTimeSeries_masksReachTheLayersBefore() {
    Layer pooling = new GlobalPoolingLayer.Builder(PoolingType.AVG).build();
    MultiLayerNetwork net =
        network(DataType.FLOAT, InputType.recurrent(1, 3), pooling, norm(), output(2));
    INDArray features = Nd4j.createFromArray(new float[][][] {{{1, 2, 90}}, {{4, 80, 70}}});
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 0}, {1, 0, 0}});
    DataSet batch = new DataSet(features, Nd4j.zeros(2, 2), mask, null);
    ComputationGraph graph =
        graph(DataType.FLOAT, InputType.recurrent(1, 3), pooling.clone(), norm(), output(2));

    BatchNormStatistics.refresh(net, new ExistingDataSetIterator(List.of(batch)));
    BatchNormStatistics.refresh(graph, new ExistingDataSetIterator(List.of(batch)));

    assertStatistics(net, "1", 0, new double[] {1.5, 4});
    assertStatistics(graph, "1", 0, new double[] {1.5, 4});
  }

  @Test
  void refresh_timeDistributed_poolsRowsAndTime() {
    MultiLayerNetwork net =
        network(
            DataType.FLOAT,
            InputType.recurrent(1, 2),
            new TimeDistributed(norm(), RNNFormat.NCW),
            new RnnOutputLayer.Builder(LossFunction.MSE).nOut(2).build());

    BatchNormStatistics.refresh(
        net, one(Nd4j.createFromArray(new float[][][] {{{1, 2}}, {{4, 9}}})));

    assertStatistics(net, "0", 0, new double[] {1, 2, 4, 9});
  }

  // ---- what is off, and what stays

  @Test
  void refresh_dropoutAndWeightNoise_off() {
    MultiLayerNetwork noisy =
        network(
            DataType.FLOAT,
            InputType.feedForward(3),
            new DenseLayer.Builder()
                .nOut(4)
                .dropOut(0.5)
                .weightNoise(new WeightNoise(new NormalDistribution(0, 1)))
                .build(),
            new DropoutLayer(0.5),
            norm(),
            output(2));
    MultiLayerNetwork plain =
        network(
            DataType.FLOAT,
            InputType.feedForward(3),
            dense(4),
            new DropoutLayer(1.0),
            norm(),
            output(2));
    plain.setParams(noisy.params());
    double[][] x = rows(22, 3, 0);

    BatchNormStatistics.refresh(noisy, batches(DataType.FLOAT, x, UNEQUAL));
    BatchNormStatistics.refresh(plain, batches(DataType.FLOAT, x, UNEQUAL));

    assertThat(noisy.params()).isEqualTo(plain.params());
    assertThat(storedMean(noisy, "2", 0)).isNotZero();
  }

  @Test
  void refresh_frozenLayer_keepsItsStatistics() {
    MultiLayerNetwork net =
        new TransferLearning.Builder(
                network(DataType.FLOAT, InputType.feedForward(3), norm(), norm(), output(2)))
            .setFeatureExtractor(0)
            .build();
    double[][] x = rows(22, 3, 1);

    BatchNormStatistics.refresh(net, batches(DataType.FLOAT, x, UNEQUAL));

    double scale = 1 / Math.sqrt(1 + EPS); // of mean 0 and variance 1, as initialized
    for (int j = 0; j < 3; j++) {
      assertThat(storedMean(net, "0", j)).isZero();
      assertThat(storedVariance(net, "0", j)).isEqualTo(1);
      assertStatistics(net, "1", j, Arrays.stream(column(x, j)).map(v -> v * scale).toArray());
    }
  }

  @Test
  void refresh_trainedNetwork_onlyTheStatisticsChange() {
    MultiLayerNetwork net =
        network(
            DataType.FLOAT,
            InputType.feedForward(3),
            dense(4),
            norm(),
            new DenseLayer.Builder().nOut(4).dropOut(0.5).build(),
            norm(),
            output(2));
    double[][] x = rows(22, 3, 1);
    BaseTrainingListener listener = new BaseTrainingListener() {};
    net.setListeners(listener);
    net.fit(batches(DataType.FLOAT, x, UNEQUAL), 2);
    MultiLayerNetwork before = net.clone();
    INDArray updaterState = net.updaterState().dup();
    String json = net.getLayerWiseConfigurations().toJson();
    INDArray parameters = net.params();
    Nd4j.getRandom().setSeed(9);
    INDArray random = Nd4j.rand(DataType.DOUBLE, 20);

    Nd4j.getRandom().setSeed(9);
    BatchNormStatistics.refresh(net, batches(DataType.FLOAT, x, UNEQUAL));

    assertThat(Nd4j.rand(DataType.DOUBLE, 20)).isEqualTo(random);
    before
        .paramTable()
        .forEach(
            (name, old) -> {
              boolean statistic = name.endsWith("_mean") || name.endsWith("_log10stdev");
              assertThat(net.getParam(name).equalsWithEps(old, 0)).as(name).isEqualTo(!statistic);
            });
    assertThat(net.params()).isSameAs(parameters);
    assertThat(net.updaterState().equalsWithEps(updaterState, 0)).isTrue();
    assertThat(net.getIterationCount()).isEqualTo(6);
    assertThat(net.getEpochCount()).isEqualTo(2);
    assertThat(net.getListeners()).containsExactly(listener);
    assertThat(net.getLayerWiseConfigurations().toJson()).isEqualTo(json);
  }

  @Test
  void refresh_trainingAfterwards_goesOn() {
    MultiLayerNetwork net =
        network(DataType.FLOAT, InputType.feedForward(3), dense(4), norm(), output(2));
    DataSetIterator data = batches(DataType.FLOAT, rows(22, 3, 1), UNEQUAL);
    BatchNormStatistics.refresh(net, data);
    INDArray before = net.params().dup();

    net.fit(data, 1);

    assertThat(net.params()).isNotEqualTo(before);
    assertThat(net.params().sumNumber().doubleValue()).isFinite();
  }

  @Test
  void refresh_graph_sameAsMultiLayerNetwork() {
    Layer[] layers = {norm(), dense(4), norm(), output(2)};
    Layer[] copies = Arrays.stream(layers).map(Layer::clone).toArray(Layer[]::new);
    MultiLayerNetwork net = network(DataType.FLOAT, InputType.feedForward(3), layers);
    ComputationGraph graph = graph(DataType.FLOAT, InputType.feedForward(3), copies);
    graph.setParams(net.params());
    double[][] x = rows(22, 3, 1);

    BatchNormStatistics.refresh(net, batches(DataType.FLOAT, x, UNEQUAL));
    BatchNormStatistics.refresh(graph, batches(DataType.FLOAT, x, UNEQUAL));

    assertThat(graph.params().equalsWithEps(net.params(), 0)).isTrue();
    assertStatistics(graph, "0", 2, column(x, 2));
  }

  @Test
  void refresh_iteratorInTheMiddle_resetBeforeAndLeftAtItsEnd() {
    MultiLayerNetwork net = network(DataType.FLOAT, InputType.feedForward(3), norm(), output(2));
    double[][] x = rows(22, 3, 1);
    DataSetIterator data = batches(DataType.FLOAT, x, UNEQUAL);
    data.next();

    BatchNormStatistics.refresh(net, data);

    assertThat(data.hasNext()).isFalse();
    assertStatistics(net, "0", 1, column(x, 1));
  }

  // ---- errors

  private static void assertRefused(
      MultiLayerNetwork net, DataSetIterator data, String... messageParts) {
    INDArray before = net.params().dup();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BatchNormStatistics.refresh(net, data))
        .withMessageContainingAll(messageParts);
    assertThat(net.params().equalsWithEps(before, 0)).isTrue();
  }

  @Test
  void refresh_noBatchNormalization_refused() {
    DataSetIterator data = batches(DataType.FLOAT, rows(22, 3, 1), UNEQUAL);
    assertRefused(
        network(DataType.FLOAT, InputType.feedForward(3), dense(4), output(2)),
        data,
        "no batch normalization layer");
    assertRefused(
        network(DataType.FLOAT, InputType.feedForward(3), new FrozenLayer(norm()), output(2)),
        data,
        "no batch normalization layer");
  }

  @Test
  void refresh_noBatch_refused() {
    assertRefused(
        network(DataType.FLOAT, InputType.feedForward(3), norm(), output(2)),
        new ExistingDataSetIterator(List.of()),
        "data must have at least one batch, got none");
  }

  @Test
  void refresh_notFinite_refused() {
    double[][] x = rows(22, 3, 1);
    x[20][1] = Double.NaN;
    assertRefused(
        network(DataType.FLOAT, InputType.feedForward(3), norm(), norm(), output(2)),
        batches(DataType.FLOAT, x, UNEQUAL),
        "layer layer0 must be finite, channel 1 is not");
  }

  @Test
  void refresh_timeSeries_refused() {
    MultiLayerNetwork net =
        network(
            DataType.FLOAT,
            InputType.recurrent(2, 2),
            norm(),
            new RnnOutputLayer.Builder(LossFunction.MSE).nOut(2).build());
    assertRefused(net, one(Nd4j.zeros(2, 2, 2)), "must have rank 2 or 4, got 3");
  }

  @Test
  void refresh_secondBatchThrows_nothingChanged() {
    MultiLayerNetwork net = network(DataType.FLOAT, InputType.feedForward(3), norm(), output(2));
    INDArray before = net.params().dup();
    DataSet good = new DataSet(Nd4j.ones(4, 3), Nd4j.zeros(4, 2));
    DataSet bad = new DataSet(Nd4j.ones(4, 5), Nd4j.zeros(4, 2));

    assertThatThrownBy(
            () -> BatchNormStatistics.refresh(net, new ExistingDataSetIterator(List.of(good, bad))))
        .isInstanceOf(RuntimeException.class);

    assertThat(net.params().equalsWithEps(before, 0)).isTrue();
  }

  @Test
  void refresh_notInitialized_refused() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(base(DataType.FLOAT).list().layer(norm()).layer(output(2)).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BatchNormStatistics.refresh(net, one(Nd4j.zeros(2, 2))))
        .withMessageContaining("call init()");
  }

  @Test
  void refresh_graphOfTwoInputs_refused() {
    GraphBuilder builder =
        base(DataType.FLOAT)
            .graphBuilder()
            .addInputs("a", "b")
            .setInputTypes(InputType.feedForward(2), InputType.feedForward(2))
            .addLayer("norm", norm(), "a")
            .addLayer("out", output(2), "norm", "b")
            .setOutputs("out");
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BatchNormStatistics.refresh(graph, one(Nd4j.zeros(2, 2))))
        .withMessageContaining("one input")
        .withMessageContaining("got 2");
  }
}
