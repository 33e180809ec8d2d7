package io.github.dl4jx.regularizers.dropout;

import static io.github.dl4jx.regularizers.SmallNetworks.convolution;
import static io.github.dl4jx.regularizers.SmallNetworks.data;
import static io.github.dl4jx.regularizers.SmallNetworks.gradientsAgree;
import static io.github.dl4jx.regularizers.SmallNetworks.network;
import static io.github.dl4jx.regularizers.SmallNetworks.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

class DropBlockTest {

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE); // the gradient check insists
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static INDArray apply(DropBlock dropout, INDArray x, int iteration) {
    return dropout.applyDropout(x, x.ulike(), iteration, 0, LayerWorkspaceMgr.noWorkspaces());
  }

  private static DropBlock block(double p, int size) {
    return DropBlock.builder(p).blockSize(size).seed(7).build();
  }

  private static Layer dropping(DropBlock dropout) {
    return new ConvolutionLayer.Builder(3, 3).nOut(3).dropOut(dropout).build();
  }

  /** How many blocks of size k, in a row of n places, hold place i. */
  private static int blocksOver(int i, int k, int n) {
    int count = 0;
    for (int start = 0; start + k <= n; start++) {
      if (start <= i && i < start + k) {
        count++;
      }
    }
    return count;
  }

  /** A batch of 10^5 planes of one channel is 10^5 masks. */
  @ParameterizedTest
  @CsvSource({"0.9, 3, 5, 7", "0.5, 2, 4, 3", "0.7, 7, 9, 4", "0.8, 1, 2, 3"})
  void applyDropout_manyMasks_haveTheFormulasChances(double p, int size, int height, int width) {
    int masks = 100_000;
    INDArray y = apply(block(p, size), Nd4j.ones(DataType.DOUBLE, masks, 1, height, width), 0);
    // what is retained makes up for what is dropped in every draw, not just on average
    assertThat(y.meanNumber().doubleValue()).isCloseTo(1, within(1e-9));
    INDArray kept = y.gt(0).castTo(DataType.DOUBLE).mean(0);
    int kh = Math.min(size, height);
    int kw = Math.min(size, width);
    double gamma =
        (1 - p) / (kh * kw) * (height * width) / ((height - kh + 1.0) * (width - kw + 1.0));
    double fraction = 0;
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        int blocks = blocksOver(i, kh, height) * blocksOver(j, kw, width);
        double chance = Math.pow(1 - gamma, blocks);
        fraction += chance / (height * width);
        // 6 standard errors; one of at most 36 places is beyond with chance 36 * 2e-9
        assertThat(kept.getDouble(0, i, j))
            .isCloseTo(chance, within(6 * Math.sqrt(chance * (1 - chance) / masks)));
      }
    }
    assertThat(fraction).isGreaterThanOrEqualTo(p - 1e-12); // overlaps retain more than p
    // 0.5 / sqrt(masks) bounds the standard error of the mean of values in [0, 1]
    assertThat(1 / y.maxNumber().doubleValue())
        .isCloseTo(fraction, within(6 * 0.5 / Math.sqrt(masks)));
  }

  @Test
  void applyDropout_blockAsLargeAsTheMap_dropsWholeChannels() {
    INDArray y = apply(block(0.5, 7), Nd4j.ones(DataType.DOUBLE, 4, 5, 3, 3), 0);
    int kept = 0;
    for (int n = 0; n < 4; n++) {
      for (int c = 0; c < 5; c++) {
        kept += y.getDouble(n, c, 0, 0) > 0 ? 1 : 0;
      }
    }
    assertThat(kept).isBetween(1, 19);
    for (int i = 0; i < y.length(); i++) {
      double first = y.getDouble(i / 9 / 5, i / 9 % 5, 0, 0);
      assertThat(y.getDouble(i)).isEqualTo(first);
      assertThat(first).isIn(0.0, 20.0 / kept);
    }
  }

  @Test
  void applyDropout_everyZero_isInABlockOfZeros() {
    INDArray y = apply(block(0.8, 3), Nd4j.ones(DataType.DOUBLE, 10, 4, 8, 6), 0);
    int zeros = 0;
    for (int n = 0; n < 10; n++) {
      for (int c = 0; c < 4; c++) {
        boolean[][] covered = new boolean[8][6];
        for (int i = 0; i <= 5; i++) {
          for (int j = 0; j <= 3; j++) {
            boolean block = true;
            for (int cell = 0; cell < 9; cell++) {
              block &= y.getDouble(n, c, i + cell / 3, j + cell % 3) == 0;
            }
            for (int cell = 0; block && cell < 9; cell++) {
              covered[i + cell / 3][j + cell % 3] = true;
            }
          }
        }
        for (int cell = 0; cell < 48; cell++) {
          if (y.getDouble(n, c, cell / 6, cell % 6) == 0) {
            zeros++;
            assertThat(covered[cell / 6][cell % 6]).isTrue();
          }
        }
      }
    }
    assertThat(zeros).isBetween(9, 1900);
  }

  @Test
  void applyDropout_onePlaneAllDropped_isZeroNotNaN() {
    DropBlock dropout = new DropBlock(1e-9);
    INDArray x = Nd4j.ones(DataType.DOUBLE, 1, 1, 4, 4);
    assertThat(apply(dropout, x, 0)).isEqualTo(Nd4j.zeros(DataType.DOUBLE, 1, 1, 4, 4));
    assertThat(dropout.backprop(x, x, 0, 0)).isEqualTo(Nd4j.zeros(DataType.DOUBLE, 1, 1, 4, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT", "DOUBLE", "HALF"})
  void applyDropout_typesOrdersAndViews_haveTheSameMask(String type) {
    INDArray x = Nd4j.ones(DataType.DOUBLE, 4, 3, 9, 8);
    INDArray expected = apply(block(0.7, 3), x, 0);
    INDArray typed = x.castTo(DataType.valueOf(type));
    INDArray view = Nd4j.ones(DataType.valueOf(type), 5, 9, 3, 16, 2);
    INDArray strided =
        view.get(
                NDArrayIndex.interval(1, 5),
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.interval(0, 2, 16),
                NDArrayIndex.point(1))
            .permute(0, 2, 1, 3);
    block(0.7, 3).applyDropout(strided, strided, 0, 0, LayerWorkspaceMgr.noWorkspaces());
    for (INDArray y :
        new INDArray[] {
          apply(block(0.7, 3), typed, 0), apply(block(0.7, 3), typed.dup('f'), 0), strided
        }) {
      assertThat(y.castTo(DataType.DOUBLE).sub(expected).amaxNumber().doubleValue())
          .isLessThan(2e-3);
    }
    assertThat(view.castTo(DataType.DOUBLE).sumNumber().doubleValue())
        .isCloseTo((double) view.length(), within(1.0)); // nothing else of the view was written
  }

  @Test
  void applyDropout_channelsLast_isTheSameForEveryChannel() {
    DropBlock last = DropBlock.builder(0.7).blockSize(3).channelsLast().seed(7).build();
    INDArray x = Nd4j.rand(DataType.DOUBLE, 4, 3, 9, 8);
    assertThat(apply(last, x.permute(0, 2, 3, 1), 0).permute(0, 3, 1, 2))
        .isEqualTo(apply(block(0.7, 3), x, 0));
  }

  @Test
  void backprop_convolutions_agreeWithNumericGradient() {
    DropBlock shared = DropBlock.builder(0.5).blockSize(2).build();
    MultiLayerNetwork net =
        network(InputType.convolutional(8, 8, 2), dropping(shared), dropping(shared), output());
    assertThat(gradientsAgree(net, data(5, 2, 8, 8))).isTrue();
  }

  @Test
  void backprop_channelsLastInADropoutLayer_agreesWithNumericGradient() {
    MultiLayerNetwork net =
        network(
            InputType.convolutional(8, 7, 2, CNN2DFormat.NHWC),
            new ConvolutionLayer.Builder(3, 3).nOut(3).dataFormat(CNN2DFormat.NHWC).build(),
            new DropoutLayer.Builder(DropBlock.builder(0.5).blockSize(2).channelsLast().build())
                .build(),
            new ConvolutionLayer.Builder(3, 3).nOut(3).dataFormat(CNN2DFormat.NHWC).build(),
            output());
    assertThat(gradientsAgree(net, data(5, 8, 7, 2))).isTrue();
  }

  @Test
  void fit_convolutions_learn() {
    MultiLayerNetwork net =
        network(
            new Adam(0.02),
            InputType.convolutional(8, 8, 2),
            convolution(6),
            dropping(DropBlock.builder(0.9).blockSize(2).build()),
            output());
    DataSet data = data(9, 2, 8, 8);
    double before = net.score(data);
    for (int step = 0; step < 60; step++) {
      net.fit(data);
    }
    assertThat(net.score(data)).isLessThan(before / 2);
  }

  @Test
  void construct_badArguments_sayWhatIsAllowed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DropBlock(0))
        .withMessage("p (the probability of retaining) must be in (0, 1], got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DropBlock.builder(0.5).blockSize(0).build())
        .withMessage("blockSize must be >= 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> apply(new DropBlock(0.5), Nd4j.ones(2, 3), 0))
        .withMessage("activations must be [batch, channels, height, width], got shape [2, 3]");
  }
}
