package io.github.dl4jx.examples;

import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.updaters.schedule.LinearWarmupSchedule;
import io.github.dl4jx.updaters.wrapper.GradientClipping;
import java.io.IOException;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * An updater of this library in SameDiff: a network of four layers at a learning rate at which it
 * does not train, and with the gradient clipped and the rate warmed up, with which it does.
 */
public final class SameDiffMnist {

  private SameDiffMnist() {}

  /**
   * Trains with both updaters.
   *
   * @param args none
   * @throws IOException if MNIST cannot be read
   */
  public static void main(String[] args) throws IOException {
    double[] accuracies = run(10_000, 3);
    System.out.printf("Nesterovs, rate 0.6:           %.1f %% right%n", 100 * accuracies[0]);
    System.out.printf("clipped, and a warm-up:        %.1f %%%n", 100 * accuracies[1]);
  }

  static double[] run(int examples, int epochs) throws IOException {
    BroadcastGuard.install(); // or ND4J may crash
    IUpdater plain = new Nesterovs(0.6, 0.9);
    IUpdater clipped =
        GradientClipping.around(new Nesterovs(new LinearWarmupSchedule(50, 0.6), 0.9)).byNorm(0.05);
    return new double[] {accuracy(plain, examples, epochs), accuracy(clipped, examples, epochs)};
  }

  private static double accuracy(IUpdater updater, int examples, int epochs) throws IOException {
    DataSetIterator train = new MnistDataSetIterator(100, examples, false, true, true, 1);
    DataSetIterator test = new MnistDataSetIterator(500, 10_000, false, false, false, 1);
    Nd4j.getRandom().setSeed(1);
    SameDiff sd = SameDiff.create();
    SDVariable labels = sd.placeHolder("labels", DataType.FLOAT, -1, 10);
    SDVariable hidden = sd.placeHolder("in", DataType.FLOAT, -1, 784);
    int[] sizes = {784, 100, 100, 100};
    for (int i = 1; i < sizes.length; i++) {
      hidden = sd.nn().relu(dense(sd, hidden, i, sizes[i - 1], sizes[i]), 0);
    }
    SDVariable logits = dense(sd, hidden, sizes.length, 100, 10);
    sd.nn().softmax("out", logits);
    sd.loss().softmaxCrossEntropy("loss", labels, logits, null);
    sd.setLossVariables("loss");
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(updater)
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("labels")
            .build());
    sd.fit(train, epochs);

    Evaluation evaluation = new Evaluation(10);
    sd.evaluate(test, "out", evaluation);
    return evaluation.accuracy();
  }

  private static SDVariable dense(SameDiff sd, SDVariable in, int layer, int nIn, int nOut) {
    double spread = Math.sqrt(2.0 / nIn);
    SDVariable weights = sd.var("w" + layer, Nd4j.randn(DataType.FLOAT, nIn, nOut).muli(spread));
    return in.mmul(weights).add(sd.var("b" + layer, Nd4j.zeros(DataType.FLOAT, nOut)));
  }
}
