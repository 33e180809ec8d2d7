package io.github.dl4jx.training.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class LearningCurvesTest {

  @TempDir Path folder;

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(0.1))
                .list()
                .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
                .build());
    net.init();
    return net;
  }

  private static DataSetIterator data() {
    DataSet rows =
        new DataSet(
            Nd4j.createFromArray(
                new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 0}, {0, 1, 1}, {1, 0, 1}}),
            Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}, {0, 1}, {0, 1}, {1, 0}}));
    return new ListDataSetIterator<>(rows.asList(), 2);
  }

  /** Gives numbers that are fixed beforehand, whatever the network. */
  private static ScoreCalculator<Model> scripted(double... scores) {
    Deque<Double> left = new ArrayDeque<>();
    for (double score : scores) {
      left.add(score);
    }
    return new ScoreCalculator<>() {
      @Override
      public double calculateScore(Model network) {
        return left.remove();
      }

      @Override
      public boolean minimizeScore() {
        return true;
      }
    };
  }

  private static void train(TrainingListener listener, int epochs) {
    MultiLayerNetwork net = network();
    net.setListeners(listener);
    net.fit(data(), epochs);
  }

  @Test
  void toCsv_afterRunsOfTwoNames_hasEachScoreByNameRunAndEpoch() {
    LearningCurves curves = LearningCurves.of("loss", scripted(4, 3, 6, 5, 9));
    train(curves.run("a"), 2);
    train(curves.run("a"), 2);
    train(curves.run("b, \"c\""), 1);
    assertThat(curves.toCsv())
        .isEqualTo(
            "name,run,epoch,score\na,1,1,4.0\na,1,2,3.0\na,2,1,6.0\na,2,2,5.0\n"
                + "\"b, \"\"c\"\"\",1,1,9.0\n");
  }

  /** A network that goes on: its third epoch, not the first of this run. */
  @Test
  void run_ofANetworkWithTwoEpochs_beginsAtItsThird() {
    LearningCurves curves = LearningCurves.of("loss", scripted(1));
    MultiLayerNetwork net = network();
    net.fit(data(), 2);
    net.setListeners(curves.run("resumed"));
    net.fit(data(), 1);
    assertThat(curves.toCsv()).isEqualTo("name,run,epoch,score\nresumed,1,3,1.0\n");
  }

  /** The mean of the three scores that another listener hears in each of the epochs. */
  @Test
  void of_withoutACalculator_isTheMeanScoreOfTheEpochsMinibatches() {
    List<Double> heard = new ArrayList<>();
    LearningCurves curves = LearningCurves.of("training loss");
    MultiLayerNetwork net = network();
    net.setListeners(
        curves.run("sgd"),
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            heard.add(model.score());
          }
        });
    net.fit(data(), 2);
    assertThat(heard).hasSize(6).doesNotHaveDuplicates();
    double first = (heard.get(0) + heard.get(1) + heard.get(2)) / 3;
    double second = (heard.get(3) + heard.get(4) + heard.get(5)) / 3;
    assertThat(curves.toCsv())
        .isEqualTo("name,run,epoch,score\nsgd,1,1," + first + "\nsgd,1,2," + second + "\n");
  }

  @Test
  void chart_ofTwoRunsAndANaN_leavesTheGapToTheOtherRun() throws IOException {
    LearningCurves curves = LearningCurves.of("validation loss", scripted(4, Double.NaN, 6, 5));
    train(curves.run("dropout"), 2);
    train(curves.run("dropout"), 2);
    Path file = folder.resolve("curves.svg");
    curves.chart().writeSvg(file);
    assertThat(Files.readString(file, StandardCharsets.UTF_8))
        .contains("validation loss", "epoch", "<polyline")
        .doesNotContain("NaN");
  }

  @Test
  void chart_withoutAFinishedEpoch_throws() {
    LearningCurves curves = LearningCurves.of("loss", scripted(Double.NaN));
    train(curves.run("diverged"), 1);
    assertThatIllegalStateException()
        .isThrownBy(curves::chart)
        .withMessage("no run has finished an epoch with a finite score yet");
  }
}
