package io.github.dl4jx.studies.pairs;

import io.github.dl4jx.ensembles.boosting.AdaBoost;
import io.github.dl4jx.ensembles.boosting.AdaBoostM2;
import io.github.dl4jx.ensembles.boosting.GradientBoosting;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.training.TrainingData;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;

/** Many networks that are too small, and one of them that is trained as long as all together. */
final class SmallNetworks {

  static final String ONE = "one network";
  static final String BAGGING = "bagging";
  static final String DEEP_ENSEMBLE = "deep ensemble";
  static final String ADA_BOOST = "AdaBoost";
  static final String ADA_BOOST_M2 = "AdaBoost.M2";
  static final String GRADIENT_BOOSTING = "gradient boosting";

  static final int MEMBERS = 10;
  private static final int UNITS = 5;
  private static final int EXAMPLES = 10_000;
  private static final int EPOCHS = 3;

  /** The better of 0.003 and 0.01 for each side. */
  private static final double RATE = 0.01;

  private static final double RATE_OF_ONE = 0.003;

  static final String SETTING =
      String.format(
          "%,d examples, 784-%d-10 (tanh), batch %d, %d members of %d epochs by Adam %s, against one"
              + " network of %d epochs by Adam %s",
          EXAMPLES,
          UNITS,
          MnistNetwork.BATCH,
          MEMBERS,
          EPOCHS,
          RATE,
          MEMBERS * EPOCHS,
          RATE_OF_ONE);

  private SmallNetworks() {}

  static List<Trial> trials() {
    return List.of(
        new Trial("small-independent", 14, SmallNetworks::independent),
        new Trial("small-boosting", 20, SmallNetworks::boosting),
        new Trial("small-one", 6, SmallNetworks::one));
  }

  private static MultiLayerConfiguration network(boolean regression, long seed) {
    return network(regression, seed, RATE);
  }

  private static MultiLayerConfiguration network(boolean regression, long seed, double rate) {
    MultiLayerConfiguration configuration =
        MnistNetwork.layers(regression, Activation.TANH, rate, UNITS);
    configuration.getConfs().forEach(layer -> layer.setSeed(seed));
    return configuration;
  }

  private static TrainingData data(DataSet train) {
    return TrainingData.of(Networks.first(EXAMPLES, train), MnistNetwork.BATCH);
  }

  private static void one(long seed, DataSet train, Scores scores) {
    scores.addAndRelease(
        ONE,
        Networks.trained(
            network(false, seed, RATE_OF_ONE),
            Networks.first(EXAMPLES, train),
            MnistNetwork.BATCH,
            MEMBERS * EPOCHS));
  }

  private static void independent(long seed, DataSet train, Scores scores) {
    scores.addAndClose(
        BAGGING,
        Bagging.of(network(false, seed))
            .members(MEMBERS)
            .seed(seed)
            .build()
            .fit(data(train), EPOCHS));
    scores.addAndClose(
        DEEP_ENSEMBLE,
        DeepEnsemble.of(network(false, seed))
            .members(MEMBERS)
            .seed(seed)
            .build()
            .fit(data(train), EPOCHS));
  }

  private static void boosting(long seed, DataSet train, Scores scores) {
    scores.addAndClose(
        ADA_BOOST,
        AdaBoost.of(network(false, seed))
            .rounds(MEMBERS)
            .seed(seed)
            .build()
            .fit(data(train), EPOCHS));
    scores.addAndClose(
        ADA_BOOST_M2,
        AdaBoostM2.of(network(false, seed))
            .rounds(MEMBERS)
            .seed(seed)
            .build()
            .fit(data(train), EPOCHS));
    scores.addAndClose(
        GRADIENT_BOOSTING,
        GradientBoosting.of(network(true, seed))
            .rounds(MEMBERS)
            .learningRate(1)
            .seed(seed)
            .build()
            .fit(data(train), EPOCHS));
  }
}
