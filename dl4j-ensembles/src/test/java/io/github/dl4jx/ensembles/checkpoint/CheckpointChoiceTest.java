package io.github.dl4jx.ensembles.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.TestNetworks;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.earlystopping.scorecalc.ClassificationScoreCalculator;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class CheckpointChoiceTest {

  private static final DataSet DATA = TestNetworks.rings(90, 1);
  private static final DataSet HELD_OUT = TestNetworks.rings(60, 2);

  @TempDir File folder;

  private static DataSetIterator heldOut() {
    return new SingletonDataSetIterator(HELD_OUT);
  }

  private static ScoreCalculator<Model> loss() {
    return new DataSetLossCalculator(heldOut(), true);
  }

  /** Parameters after each epoch of a run that leaves a checkpoint at each. */
  private List<INDArray> train(MultiLayerNetwork net, int epochs) {
    return train(net, epochs, epoch -> DATA);
  }

  private List<INDArray> train(MultiLayerNetwork net, int epochs, IntFunction<DataSet> data) {
    net.setListeners(
        new CheckpointListener.Builder(folder).logSaving(false).saveEveryEpoch().keepAll().build());
    List<INDArray> params = new ArrayList<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      net.fit(new SingletonDataSetIterator(data.apply(epoch)));
      params.add(net.params().dup());
    }
    return params;
  }

  private void tear(int checkpoint) throws IOException {
    File file = CheckpointListener.getFileForCheckpoint(folder, checkpoint);
    byte[] bytes = Files.readAllBytes(file.toPath());
    Files.write(file.toPath(), Arrays.copyOf(bytes, bytes.length / 2));
  }

  private static MultiLayerNetwork with(INDArray params) {
    MultiLayerNetwork net = TestNetworks.network(1);
    net.setParams(params);
    return net;
  }

  private static List<INDArray> members(Ensemble votes) {
    return IntStream.range(0, votes.size())
        .mapToObj(i -> votes.member(i).params())
        .collect(Collectors.toList());
  }

  @Test
  void every_second_countsBackFromTheNewest() throws IOException {
    List<INDArray> params = train(TestNetworks.network(1), 6);
    try (Ensemble votes = CheckpointVoting.last(Checkpoints.in(folder).every(2), 3)) {
      assertThat(members(votes)).containsExactly(params.get(1), params.get(3), params.get(5));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CheckpointVoting.last(Checkpoints.in(folder).every(2), 4))
        .withMessageContaining("which is 3, got 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checkpoints.in(folder).every(0))
        .withMessage("m must be >= 1, got 0");
  }

  @Test
  void skipDamaged_tornNewest_takesTheOnesBefore() throws IOException {
    List<INDArray> params = train(TestNetworks.network(1), 4);
    tear(3);
    Checkpoints checkpoints = Checkpoints.in(folder);
    try (Ensemble votes = CheckpointVoting.last(checkpoints.skipDamaged(), 2)) {
      assertThat(members(votes)).containsExactly(params.get(1), params.get(2));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CheckpointVoting.last(checkpoints.skipDamaged(), 4))
        .withMessageContaining("which is 3, got 4");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> CheckpointAveraging.last(checkpoints, 2))
        .withMessageContaining("cannot read a network from");
  }

  @Test
  void best_byLossOrAccuracy_takesTheBestFirst() throws IOException {
    List<INDArray> params = train(TestNetworks.network(1), 12);
    List<INDArray> byLoss =
        params.stream()
            .sorted(Comparator.comparingDouble(p -> with(p).score(HELD_OUT)))
            .limit(3)
            .collect(Collectors.toList());
    try (Ensemble votes = CheckpointVoting.best(Checkpoints.in(folder), 3, loss())) {
      assertThat(members(votes)).isEqualTo(byLoss);
    }
    double best =
        params.stream().mapToDouble(p -> with(p).evaluate(heldOut()).accuracy()).max().orElse(0);
    ScoreCalculator<Model> accuracy =
        new ClassificationScoreCalculator(Evaluation.Metric.ACCURACY, heldOut());
    try (Ensemble votes = CheckpointVoting.best(Checkpoints.in(folder), 1, accuracy)) {
      assertThat(votes.evaluate(heldOut()).accuracy()).isEqualTo(best);
    }
  }

  @Test
  void averagingLast_three_isTheMeanOfTheirParameters() throws IOException {
    List<INDArray> params = train(TestNetworks.network(1), 4);
    double[][] last =
        params.subList(1, 4).stream().map(p -> p.data().asDouble()).toArray(double[][]::new);
    double[] averaged = CheckpointAveraging.last(folder, 3).params().data().asDouble();
    assertThat(averaged).hasSameSizeAs(last[0]);
    for (int i = 0; i < averaged.length; i++) {
      assertThat(averaged[i]).isEqualTo((float) ((last[0][i] + last[1][i] + last[2][i]) / 3));
    }
  }

  @Test
  void greedySoup_againstTheRecipeInDoubles_isTheSame() throws IOException {
    NeuralNetConfiguration.Builder rate = new NeuralNetConfiguration.Builder().updater(new Sgd(2));
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            rate.seed(3)
                .activation(Activation.TANH)
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(12).build())
                .layer(
                    new OutputLayer.Builder()
                        .nIn(12)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    for (int i = 0; i < 300; i++) {
      net.fit(DATA);
    }
    // few rows at a high rate: the parameters jump about, so that the mean of some is better
    List<INDArray> params = train(net, 12, epoch -> TestNetworks.rings(9, epoch));
    params.sort(Comparator.comparingDouble(p -> with(p).score(HELD_OUT)));
    List<double[]> soup = new ArrayList<>();
    double lowest = Double.POSITIVE_INFINITY;
    for (INDArray p : params) {
      soup.add(p.data().asDouble());
      double score = with(mean(soup, p)).score(HELD_OUT);
      if (score <= lowest) {
        lowest = score;
      } else {
        soup.remove(soup.size() - 1);
      }
    }
    assertThat(soup).hasSizeBetween(2, params.size() - 1); // something to take, something to leave
    Model made = CheckpointAveraging.greedySoup(Checkpoints.in(folder), loss());
    assertThat(made.params()).isEqualTo(mean(soup, params.get(0)));
    assertThat(((MultiLayerNetwork) made).score(HELD_OUT)).isCloseTo(lowest, within(1e-6));
  }

  private static INDArray mean(List<double[]> terms, INDArray like) {
    double[] mean = new double[terms.get(0).length];
    for (double[] term : terms) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += term[i];
      }
    }
    return Nd4j.createFromArray(mean)
        .div(terms.size())
        .castTo(like.dataType())
        .reshape(like.shape());
  }

  @Test
  void greedySoup_batchNormalization_isRefreshedAndNoWorseThanTheBest() throws IOException {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(1))
                .activation(Activation.TANH)
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(12).build())
                .layer(new BatchNormalization.Builder().nOut(12).build())
                .layer(
                    new OutputLayer.Builder()
                        .nIn(12)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    train(net, 8);
    Checkpoints checkpoints = Checkpoints.in(folder);
    Model soup =
        CheckpointAveraging.greedySoup(checkpoints, loss(), new SingletonDataSetIterator(DATA));
    try (Ensemble best = CheckpointVoting.best(checkpoints, 1, loss())) {
      double lowest = ((MultiLayerNetwork) best.member(0)).score(HELD_OUT);
      assertThat(((MultiLayerNetwork) soup).score(HELD_OUT)).isLessThanOrEqualTo(lowest + 1e-6);
    }
  }

  @Test
  void greedySoup_noBatchNormalizationToRefresh_isRefused() {
    train(TestNetworks.network(1), 3);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                CheckpointAveraging.greedySoup(
                    Checkpoints.in(folder), loss(), new SingletonDataSetIterator(DATA)))
        .withMessageContaining("no batch normalization layer to refresh");
  }
}
