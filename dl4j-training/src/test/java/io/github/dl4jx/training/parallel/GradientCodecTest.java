package io.github.dl4jx.training.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.parallel.GradientLayout.Segment;
import io.github.dl4jx.updaters.wrapper.OneBitGradient.Reconstruction;
import io.github.dl4jx.updaters.wrapper.OneBitQuantizer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class GradientCodecTest {

  private static final Logger log = LoggerFactory.getLogger(GradientCodecTest.class);

  private static final OneBitQuantizer QUANTIZER = new OneBitQuantizer(Reconstruction.HALF_MEANS);

  /** Two columns of three values, a vector of nine, and two running statistics. */
  private static GradientLayout layout() {
    return new GradientLayout(
        List.of(
            new Segment(0, 6, 3, false), new Segment(6, 9, 9, false), new Segment(15, 2, 2, true)));
  }

  private static FloatBuffer gradient(double... values) {
    FloatBuffer buffer = FloatBuffer.allocate(values.length);
    for (double value : values) {
      buffer.put((float) value);
    }
    return buffer;
  }

  private static ByteBuffer encode(GradientCodec codec, FloatBuffer gradient, float[] residual) {
    ByteBuffer message = GradientCodec.message(codec.bytes());
    codec.encode(gradient, residual, 5, 32, message);
    return message;
  }

  @Test
  void encode_byHand_hasTheseBitsAndNumbers() {
    GradientCodec codec = new GradientCodec(layout(), QUANTIZER);
    FloatBuffer g =
        gradient(1, -2, 3, -1, -1, -4, 2, 2, -3, 2, 2, 2, 2, 2, 0, 0.5, -0.25); // 17 values
    float[] residual = new float[17];
    residual[1] = 4; // -2 + 4 = 2

    ByteBuffer message = encode(codec, g, residual);

    // header, two columns of a byte of bits, one of two, two raw numbers
    assertThat(message.remaining()).isEqualTo(8 + 2 * (8 + 1) + (8 + 2) + 8);
    assertThat(message.getInt()).isEqualTo(5);
    assertThat(message.getInt()).isEqualTo(32);
    assertThat(message.getFloat()).isEqualTo(2); // (1 + 2 + 3) / 3
    assertThat(message.getFloat()).isZero(); // no value is negative
    assertThat(message.get()).isEqualTo((byte) 0b111);
    assertThat(message.getFloat()).isZero();
    assertThat(message.getFloat()).isEqualTo(-2); // (-1 - 1 - 4) / 3
    assertThat(message.get()).isZero();
    assertThat(message.getFloat()).isEqualTo(14f / 8); // seven twos and a zero
    assertThat(message.getFloat()).isEqualTo(-3);
    assertThat(message.get()).isEqualTo((byte) 0b1111_1011);
    assertThat(message.get()).isEqualTo((byte) 0b1);
    assertThat(message.getFloat()).isEqualTo(0.5f);
    assertThat(message.getFloat()).isEqualTo(-0.25f);
    assertThat(residual)
        .containsExactly(
            -1, 0, 1, 1, 1, -2, 0.25f, 0.25f, 0, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f, -1.75f, 0, 0);
  }

  @Test
  void decode_twoMessages_addsThemAndAveragesStatistics() {
    GradientCodec codec = new GradientCodec(layout(), QUANTIZER);
    ByteBuffer first =
        encode(codec, gradient(1, -2, 3, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 8, 4), null);
    ByteBuffer second =
        encode(codec, gradient(-1, 1, -3, 0, 0, 0, -1, 1, 1, 1, 1, 1, 1, 1, 3, 4, 0), null);
    FloatBuffer sum = FloatBuffer.allocate(17);

    codec.decode(new ByteBuffer[] {first, second}, new float[] {0.75f, 0.25f}, 5, sum);

    float up = 10f / 8; // seven ones and a three
    assertThat(sum.array())
        .containsExactly(
            // (2, -2, 2) + (-2, 1, -2)
            0,
            -1,
            0,
            0,
            0,
            0,
            0,
            1 + up,
            1 + up,
            1 + up,
            1 + up,
            1 + up,
            1 + up,
            1 + up,
            1 + up,
            // 0.75 * 8 + 0.25 * 4 and 0.75 * 4
            7,
            3);
  }

  @Test
  void decode_anyLength_isWhatTheResidualWasTakenFrom() {
    for (int length : new int[] {1, 7, 8, 63, 64, 65, 200, 784, 1100}) {
      GradientLayout layout =
          new GradientLayout(List.of(new Segment(0, 3 * length, length, false)));
      GradientCodec codec = new GradientCodec(layout, QUANTIZER);
      Random random = new Random(length);
      FloatBuffer g = FloatBuffer.allocate(3 * length);
      for (int i = 0; i < 3 * length; i++) {
        g.put(i, (float) random.nextGaussian());
      }
      float[] residual = new float[3 * length];
      ByteBuffer message = encode(codec, g, residual);
      assertThat(message.remaining()).isEqualTo(8 + 3 * (8 + (length + 7) / 8));
      FloatBuffer sum = FloatBuffer.allocate(3 * length);
      codec.decode(new ByteBuffer[] {message}, new float[] {1}, 5, sum);
      for (int i = 0; i < 3 * length; i++) {
        assertThat(residual[i]).isEqualTo(g.get(i) - sum.get(i));
      }
    }
  }

  @Test
  void exactCodec_anyGradient_isTheGradient() {
    GradientCodec codec = new GradientCodec(layout(), null);
    FloatBuffer g = gradient(1, -2, 3, -0.0, 1e-30, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    ByteBuffer message = encode(codec, g, null);
    assertThat(message.remaining()).isEqualTo(8 + 4 * 17);
    FloatBuffer sum = FloatBuffer.allocate(17);
    codec.decode(new ByteBuffer[] {message}, new float[] {1}, 5, sum);
    assertThat(sum.array()).containsExactly(g.array());
  }

  @Test
  void decode_anotherRound_isRefused() {
    GradientCodec codec = new GradientCodec(layout(), QUANTIZER);
    ByteBuffer message = encode(codec, FloatBuffer.allocate(17), null);
    FloatBuffer sum = gradient(new double[17]);
    assertThatIllegalStateException()
        .isThrownBy(() -> codec.decode(new ByteBuffer[] {message}, new float[] {1}, 6, sum))
        .withMessageContaining("iteration 6");
  }

  @Test
  void message_of784x256x10_hasThisManyBytes() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(784).nOut(256).build())
                .layer(
                    new OutputLayer.Builder()
                        .nIn(256)
                        .nOut(10)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    GradientLayout layout = GradientLayout.of(Network.of(net).updater());
    int columns = 256 + 1 + 10 + 1;
    int bits = 256 * (784 / 8) + 256 / 8 + 10 * (256 / 8) + 2;
    assertThat(new GradientCodec(layout, QUANTIZER).bytes()).isEqualTo(8 + 8 * columns + bits);
    assertThat(new GradientCodec(layout, null).bytes()).isEqualTo(8 + 4 * 203_530);
  }

  @Test
  void layout_ofConvolutionAndBatchNorm_hasTheFanInAsColumn() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 5).nOut(4).build())
                .layer(new BatchNormalization())
                .layer(new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(8, 9, 2))
                .build());
    net.init();
    int dense = 4 * 6 * 5;
    GradientLayout layout = GradientLayout.of(Network.of(net).updater());
    // bias and filters; gamma, beta, mean and variance; weights and bias
    assertThat(layout.segments)
        .extracting(segment -> List.of(segment.length, segment.column, segment.statistic))
        .containsExactlyInAnyOrder(
            List.of(4, 4, false),
            List.of(4 * 2 * 3 * 5, 2 * 3 * 5, false),
            List.of(4, 4, false),
            List.of(4, 4, false),
            List.of(4, 4, true),
            List.of(4, 4, true),
            List.of(2 * dense, dense, false),
            List.of(2, 2, false));
    int at = 0;
    for (Segment segment : layout.segments) {
      assertThat(segment.offset).isEqualTo(at);
      at += segment.length;
    }
    assertThat(layout.length).isEqualTo(at).isEqualTo((int) net.numParams());
  }

  @Test
  void column_ofDenseWeights_liesTogetherInTheFlatView() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new OutputLayer.Builder().nIn(3).nOut(2).activation(Activation.SOFTMAX).build())
                .build());
    net.init();
    INDArray weights = net.getParam("0_W");
    assertThat(GradientLayout.column(weights)).isEqualTo(3);
    for (int out = 0; out < 2; out++) {
      for (int in = 0; in < 3; in++) {
        assertThat(net.params().reshape(8).getFloat(3 * out + in))
            .isEqualTo(weights.getFloat(in, out), within(0f));
      }
    }
    assertThat(GradientLayout.column(Nd4j.zeros(DataType.FLOAT, 1, 7))).isEqualTo(7);
  }

  @Test
  void encode_of784x256x10_takesFarLessThanThreeMilliseconds() {
    GradientLayout layout =
        new GradientLayout(
            List.of(
                new Segment(0, 256 * 784, 784, false),
                new Segment(256 * 784, 256, 256, false),
                new Segment(256 * 785, 2560, 256, false),
                new Segment(256 * 795, 10, 10, false)));
    GradientCodec codec = new GradientCodec(layout, QUANTIZER);
    INDArray array = Nd4j.randn(DataType.FLOAT, layout.length);
    FloatBuffer g = OffHeap.floats(array);
    float[] residual = new float[layout.length];
    ByteBuffer message = GradientCodec.message(codec.bytes());
    ByteBuffer[] messages = {message, message.duplicate().order(message.order())};
    float[] weights = {0.5f, 0.5f};
    double encoding = Double.MAX_VALUE;
    double decoding = Double.MAX_VALUE;
    for (int i = 0; i < 500; i++) {
      long start = System.nanoTime();
      codec.encode(g, residual, i, 1, message);
      long between = System.nanoTime();
      messages[1].limit(message.limit());
      codec.decode(messages, weights, i, g);
      encoding = Math.min(encoding, (between - start) / 1e6);
      decoding = Math.min(decoding, (System.nanoTime() - between) / 1e6);
    }
    log.info("203,530 values: encoding {} ms, decoding of two {} ms", encoding, decoding);
    assertThat(encoding).isLessThan(3);
    assertThat(array.length()).isEqualTo(203_530);
  }
}
