package io.github.dl4jx.studies.pairs;

import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.updaters.SignSgd;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** A short training that nothing is wrong with: what one bit costs, and what does not help. */
final class EasyNetwork {

  static final String EXACT = "exact gradients";
  static final String ONE_BIT = "one bit";
  static final String NO_FEEDBACK = "one bit without feedback";
  static final String NOISE = "easy with noise";
  static final String SIGN = "easy with signs";
  static final String DROPOUT = "easy with dropout";

  private static final int EXAMPLES = 10_000;
  private static final int UNITS = 128;
  private static final int EPOCHS = 4;
  private static final double RATE = 0.1;
  private static final double SIGN_RATE = 5e-4;
  private static final double RETAIN = 0.5;

  static final String SETTING =
      String.format(
          "%,d examples, 784-%d-10, Sgd %s, batch %d, %d epochs",
          EXAMPLES, UNITS, RATE, MnistNetwork.BATCH, EPOCHS);

  private EasyNetwork() {}

  static List<Trial> trials() {
    return List.of(new Trial("easy", 12, EasyNetwork::all));
  }

  private static void all(long seed, DataSet train, Scores scores) {
    IUpdater sgd = new Sgd(RATE);
    Map<String, IUpdater> updaters = new LinkedHashMap<>();
    updaters.put(EXACT, sgd);
    updaters.put(ONE_BIT, OneBitGradient.around(sgd).build());
    updaters.put(NO_FEEDBACK, OneBitGradient.around(sgd).errorFeedback(false).build());
    updaters.put(NOISE, GradientNoise.around(sgd).seed(seed).build());
    updaters.put(SIGN, new SignSgd(SIGN_RATE));
    DataSet few = Networks.first(EXAMPLES, train);
    updaters.forEach(
        (side, updater) ->
            scores.addAndRelease(
                side,
                Networks.trained(
                    Networks.dense(seed, updater, UNITS), few, MnistNetwork.BATCH, EPOCHS)));
    scores.addAndRelease(
        DROPOUT,
        Networks.trained(
            Networks.dropout(seed, sgd, 1, RETAIN, UNITS), few, MnistNetwork.BATCH, EPOCHS));
  }
}
