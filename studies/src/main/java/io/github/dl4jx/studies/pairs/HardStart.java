package io.github.dl4jx.studies.pairs;

import io.github.dl4jx.training.listener.GlobalNormClipping;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.SkipNonFinite;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Trainings that come to nothing as they are. */
final class HardStart {

  static final String DEEP = "deep";
  static final String NOISE = "deep with noise";
  static final String FAST = "fast";
  static final String CLIPPED = "fast clipped";
  static final String BROKEN = "broken example";
  static final String SKIPPED = "broken example skipped";

  private static final int DEEP_EXAMPLES = 5000;
  private static final int DEEP_LAYERS = 20;
  private static final int DEEP_UNITS = 50;
  private static final int DEEP_BATCH = 50;
  private static final int DEEP_EPOCHS = 10;
  private static final double DEEP_RATE = 0.1;
  private static final double DEEP_CLIP = 10;
  private static final double DEVIATION = 0.1;
  private static final double ETA = 0.1;

  private static final int FAST_EXAMPLES = 5000;
  private static final int FAST_LAYERS = 4;
  private static final int FAST_UNITS = 128;
  private static final int FAST_BATCH = 64;
  private static final int FAST_EPOCHS = 4;
  private static final double FAST_RATE = 1.0;
  private static final double FAST_CLIP = 1;

  private static final int BROKEN_EXAMPLES = 5000;
  private static final int BROKEN_UNITS = 64;
  private static final int BROKEN_EPOCHS = 3;

  static final String DEEP_SETTING =
      String.format(
          "%d hidden layers of %d, weights N(0, %s), %,d examples, Sgd %s, clipping at %.0f, batch"
              + " %d, %d epochs; eta %s",
          DEEP_LAYERS,
          DEEP_UNITS,
          DEVIATION,
          DEEP_EXAMPLES,
          DEEP_RATE,
          DEEP_CLIP,
          DEEP_BATCH,
          DEEP_EPOCHS,
          ETA);

  static final String FAST_SETTING =
      String.format(
          "%d hidden layers of %d, %,d examples, Sgd %s, batch %d, %d epochs; norm at most %.0f",
          FAST_LAYERS, FAST_UNITS, FAST_EXAMPLES, FAST_RATE, FAST_BATCH, FAST_EPOCHS, FAST_CLIP);

  static final String BROKEN_SETTING =
      String.format(
          "one pixel of %,d examples is NaN, 784-%d-10, Adam 0.001, batch %d, %d epochs",
          BROKEN_EXAMPLES, BROKEN_UNITS, FAST_BATCH, BROKEN_EPOCHS);

  private HardStart() {}

  static List<Trial> trials() {
    return List.of(
        new Trial(
            "deep-noise",
            18,
            (seed, train, scores) ->
                deep(
                    NOISE,
                    GradientNoise.around(new Sgd(DEEP_RATE)).eta(ETA).seed(seed).build(),
                    seed,
                    train,
                    scores)),
        new Trial(
            "deep-plain",
            17,
            (seed, train, scores) -> deep(DEEP, new Sgd(DEEP_RATE), seed, train, scores)),
        new Trial("fast", 6, HardStart::fast),
        new Trial("broken", 2, HardStart::broken));
  }

  private static void deep(String side, IUpdater updater, long seed, DataSet train, Scores scores) {
    scores.addAndRelease(
        side,
        Networks.trained(
            Networks.simple(seed, updater, DEVIATION, Networks.layers(DEEP_LAYERS, DEEP_UNITS)),
            Networks.first(DEEP_EXAMPLES, train),
            DEEP_BATCH,
            DEEP_EPOCHS,
            new GlobalNormClipping(DEEP_CLIP)));
  }

  private static void fast(long seed, DataSet train, Scores scores) {
    int[] hidden = Networks.layers(FAST_LAYERS, FAST_UNITS);
    DataSet few = Networks.first(FAST_EXAMPLES, train);
    scores.addAndRelease(
        FAST,
        Networks.trained(
            Networks.dense(seed, new Sgd(FAST_RATE), hidden), few, FAST_BATCH, FAST_EPOCHS));
    scores.addAndRelease(
        CLIPPED,
        Networks.trained(
            Networks.dense(seed, new Sgd(FAST_RATE), hidden),
            few,
            FAST_BATCH,
            FAST_EPOCHS,
            new GlobalNormClipping(FAST_CLIP)));
  }

  private static void broken(long seed, DataSet train, Scores scores) {
    DataSet few = Networks.first(BROKEN_EXAMPLES, train);
    INDArray pixels = few.getFeatures().dup();
    pixels.putScalar(BROKEN_EXAMPLES / 2, pixels.size(1) / 2, Float.NaN);
    DataSet broken = new DataSet(pixels, few.getLabels());
    IUpdater adam = new Adam(1e-3);
    scores.addAndRelease(
        BROKEN,
        Networks.trained(
            Networks.dense(seed, adam, BROKEN_UNITS), broken, FAST_BATCH, BROKEN_EPOCHS));
    scores.addAndRelease(
        SKIPPED,
        Networks.trained(
            Networks.dense(seed, SkipNonFinite.around(adam, 1), BROKEN_UNITS),
            broken,
            FAST_BATCH,
            BROKEN_EPOCHS));
  }
}
