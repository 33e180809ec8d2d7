package io.github.dl4jx.training.onednn;

import static io.github.dl4jx.training.onednn.Convolutions.CHANNELS;
import static io.github.dl4jx.training.onednn.Convolutions.OURS;
import static io.github.dl4jx.training.onednn.Convolutions.PLAIN;
import static io.github.dl4jx.training.onednn.Convolutions.batch;
import static io.github.dl4jx.training.onednn.Convolutions.configuration;
import static io.github.dl4jx.training.onednn.Convolutions.network;
import static io.github.dl4jx.training.onednn.Convolutions.padded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.training.network.LoadPolicy;
import io.github.dl4jx.training.network.ModelFiles;
import io.github.dl4jx.training.network.Network;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The yardstick is Deeplearning4j's own layer with the same weights. */
class OneDnnConvolutionTest {

  static Stream<Arguments> settings() {
    return Stream.of(
        Arguments.of("padding", padded()),
        Arguments.of("no padding", kernel(3, 3)),
        Arguments.of("one number a kernel", kernel(1, 1)),
        Arguments.of("even and oblong kernel", kernel(2, 4)),
        Arguments.of("stride", kernel(3, 3).stride(2, 2)),
        Arguments.of("oblong stride and padding", kernel(3, 2).stride(1, 2).padding(2, 0)),
        Arguments.of("rest is cut off", kernel(4, 4).stride(2, 2)),
        Arguments.of("same", same(kernel(3, 3))),
        Arguments.of("same, even kernel", same(kernel(4, 2))),
        Arguments.of("same, stride", same(kernel(3, 3).stride(2, 3))),
        Arguments.of("same, even kernel, stride", same(kernel(4, 4).stride(2, 2))),
        Arguments.of("no bias", padded().hasBias(false)));
  }

  private static ConvolutionLayer.Builder kernel(int height, int width) {
    return new ConvolutionLayer.Builder(height, width).nOut(4);
  }

  private static ConvolutionLayer.Builder same(ConvolutionLayer.Builder builder) {
    return builder.convolutionMode(ConvolutionMode.Same);
  }

  /** Trained from the same parameters, biases included, on the same batches. */
  private static void assertSameSteps(
      MultiLayerConfiguration configuration, MultiLayerConfiguration known, double tolerance) {
    DataType type = known.getDataType();
    CNN2DFormat format = ((ConvolutionLayer) known.getConf(0).getLayer()).getCnn2dDataFormat();
    MultiLayerNetwork theirs = network(known);
    MultiLayerNetwork ours = network(configuration);
    assertThat(ours.params()).isEqualTo(theirs.params());
    theirs.params().addi(0.1);
    ours.params().addi(0.1);
    INDArray features = batch(type, format, 6).getFeatures();
    assertClose(ours.output(features), theirs.output(features), tolerance);
    INDArray before = theirs.params().dup();

    List<DataSet> batches =
        List.of(batch(type, format, 6), batch(type, format, 6), batch(type, format, 4));
    for (MultiLayerNetwork network : List.of(ours, theirs)) {
      Nd4j.getRandom().setSeed(9); // the same noise, if it has any
      network.fit(new ExistingDataSetIterator(batches));
    }

    assertThat(theirs.params().distance2(before)).isGreaterThan(0.05);
    assertClose(ours.params(), theirs.params(), tolerance);
    assertClose(ours.output(features), theirs.output(features), tolerance);
  }

  private static void assertClose(INDArray actual, INDArray expected, double tolerance) {
    if (tolerance == 0) {
      assertThat(actual).isEqualTo(expected);
    } else {
      assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(tolerance);
    }
  }

  private static void assertSameSteps(
      ConvolutionLayer.Builder first, DataType type, CNN2DFormat format, double tolerance) {
    assertSameSteps(
        configuration(first, OURS, type, format),
        configuration(first, PLAIN, type, format),
        tolerance);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("settings")
  void fit_sameWeights_givesTheStepsOfTheConvolutionLayer(
      String name, ConvolutionLayer.Builder first) {
    first.helperAllowFallback(false);
    assertSameSteps(first, DataType.FLOAT, CNN2DFormat.NCHW, 1e-5);
  }

  /** The op answers at random then, on oneDNN binaries. */
  @Test
  void fit_channelsLast_isDeeplearning4jsOwnBitForBit() {
    ConvolutionLayer.Builder last = padded().dataFormat(CNN2DFormat.NHWC);
    assertSameSteps(last, DataType.FLOAT, CNN2DFormat.NHWC, 0);
    assertThat(
            network(configuration(last, OURS, DataType.FLOAT, CNN2DFormat.NHWC))
                .getLayer(0)
                .getHelper())
        .isNull();
  }

  /** The op throws then, on oneDNN binaries. */
  @Test
  void fit_dilation_isDeeplearning4jsOwnForThatLayer() {
    for (ConvolutionLayer.Builder dilated :
        List.of(
            kernel(3, 3).dilation(2, 2),
            kernel(3, 3).dilation(2, 1).padding(2, 1),
            same(kernel(3, 3).dilation(1, 2)))) {
      dilated.helperAllowFallback(false);
      assertSameSteps(dilated, DataType.FLOAT, CNN2DFormat.NCHW, 1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DOUBLE", "HALF"})
  void fit_otherPrecision_isDeeplearning4jsOwnBitForBit(DataType type) {
    assertSameSteps(padded(), type, CNN2DFormat.NCHW, 0);
  }

  @Test
  void fit_weightNoise_drawsItForEachStep() {
    WeightNoise noise = new WeightNoise(new NormalDistribution(0, 0.5), true);
    assertSameSteps(padded().weightNoise(noise), DataType.FLOAT, CNN2DFormat.NCHW, 1e-5);
  }

  @Test
  void fit_constraint_isKept() {
    ConvolutionLayer.Builder constrained =
        padded().constrainWeights(new MaxNormConstraint(0.3, 1, 2, 3));
    assertSameSteps(constrained, DataType.FLOAT, CNN2DFormat.NCHW, 1e-5);
  }

  @Test
  void output_imagesOfTwoSizes_areThoseOfTheConvolutionLayer() {
    MultiLayerNetwork ours = network(anySize(new OneDnnConvolution(same(kernel(4, 4)))));
    MultiLayerNetwork theirs = network(anySize(same(kernel(4, 4)).build()));
    for (int size : new int[] {9, 6, 13}) {
      INDArray x = Nd4j.rand(DataType.FLOAT, 3, CHANNELS, size, size);
      assertClose(ours.output(x), theirs.output(x), 1e-5);
    }
  }

  private static MultiLayerConfiguration anySize(ConvolutionLayer convolution) {
    convolution.setStride(new int[] {2, 2});
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .list()
        .layer(convolution)
        .layer(new GlobalPoolingLayer())
        .layer(new OutputLayer.Builder().nOut(3).build())
        .setInputType(InputType.convolutional(9, 9, CHANNELS))
        .build();
  }

  @Test
  void instantiate_hasTheHelper() {
    assertThat(network(OURS).getLayer(0).getHelper()).isInstanceOf(OneDnnHelper.class);
    assertThat(network(PLAIN).getLayer(0).getHelper()).isNull();
  }

  @Test
  void json_roundTrip_isEqual() {
    MultiLayerConfiguration configuration = configuration(OURS);
    MultiLayerConfiguration back = MultiLayerConfiguration.fromJson(configuration.toJson());
    assertThat(back).isEqualTo(configuration).hasSameHashCodeAs(configuration);
    assertThat(back.getConf(0).getLayer()).isInstanceOf(OneDnnConvolution.class);
    MultiLayerConfiguration yaml = MultiLayerConfiguration.fromYaml(configuration.toYaml());
    assertThat(yaml).isEqualTo(configuration);
  }

  @Test
  void equals_layerOfDeeplearning4j_isNot() {
    ConvolutionLayer plain = padded().build();
    OneDnnConvolution ours = new OneDnnConvolution(padded());
    assertThat(ours).isEqualTo(new OneDnnConvolution(padded())).isEqualTo(ours.clone());
    assertThat(plain).isNotEqualTo(ours);
    assertThat(ours).isNotEqualTo(plain);
  }

  @Test
  void save_load_goesOnToTheSameBits(@TempDir File folder) throws IOException {
    MultiLayerNetwork network = network(OURS);
    network.fit(batch(6));
    File file = new File(folder, "network.zip");
    network.save(file);
    MultiLayerNetwork theirWay = MultiLayerNetwork.load(file, true);
    MultiLayerNetwork ourWay =
        (MultiLayerNetwork)
            ModelFiles.read(file, Network.Kind.MULTI_LAYER_NETWORK, LoadPolicy.standard());
    network.fit(batch(6));
    for (MultiLayerNetwork loaded : List.of(theirWay, ourWay, network.clone())) {
      assertThat(loaded.getLayer(2).getHelper()).isInstanceOf(OneDnnHelper.class);
    }
    theirWay.fit(batch(6));
    assertThat(theirWay.params()).isEqualTo(network.params());
  }

  @Test
  @Timeout(60) // ParallelWrapper waits forever for a worker that has failed
  void parallelWrapper_replicas_train() {
    MultiLayerNetwork network = network(OURS);
    double before = network.score(batch(6));
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(network)
            .workers(2)
            .averagingFrequency(1)
            .trainingMode(ParallelWrapper.TrainingMode.AVERAGING)
            .prefetchBuffer(0)
            .build();
    List<DataSet> batches = Stream.generate(() -> batch(6)).limit(20).collect(Collectors.toList());
    wrapper.fit(new ExistingDataSetIterator(batches));
    wrapper.shutdown();
    assertThat(network.score(batch(6))).isLessThan(before);
  }

  @Test
  void new_badSettings_areRefusedAsByTheBuilder() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OneDnnConvolution(null))
        .withMessageContaining("builder");
    ConvolutionLayer.Builder bad = same(padded()).padding(1, 1);
    bad.setStride(new int[] {0, 1});
    Throwable theirs = thrownBy(bad);
    assertThatThrownBy(() -> new OneDnnConvolution(bad)).hasSameClassAs(theirs);
  }

  private static Throwable thrownBy(ConvolutionLayer.Builder bad) {
    try {
      return new AssertionError(Arrays.toString(bad.build().getStride()));
    } catch (RuntimeException e) {
      return e;
    }
  }
}
