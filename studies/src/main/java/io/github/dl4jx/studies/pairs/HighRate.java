package io.github.dl4jx.studies.pairs;

import io.github.dl4jx.ensembles.checkpoint.CheckpointAveraging;
import io.github.dl4jx.ensembles.checkpoint.CheckpointVoting;
import io.github.dl4jx.ensembles.run.Swag;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import java.io.File;
import java.nio.file.Files;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ScheduleType;

/** Training at a high constant rate, whose last weights are anywhere around a minimum. */
final class HighRate {

  static final String LAST = "last weights";
  static final String EMA = "EMA";
  static final String SWA = "SWA";
  static final String VOTE = "checkpoint vote";
  static final String MEAN = "checkpoint mean";
  static final String SWAG = "SWAG";
  static final String COSINE = "cosine";

  private static final int EXAMPLES = 10_000;
  private static final int UNITS = 128;
  private static final int BATCH = 16;
  private static final int STEPS_PER_EPOCH = (EXAMPLES - 1) / BATCH + 1;
  private static final int EPOCHS = 6;
  private static final int AVERAGED_FROM = EPOCHS / 2;
  private static final double RATE = 0.003;
  private static final double DECAY = 0.99;
  private static final int CHECKPOINTS = 5;
  private static final int MEMBERS = 10;

  static final String SETTING =
      String.format(
          "%,d examples, 784-%d-10, Adam %s, batch %d, %d epochs",
          EXAMPLES, UNITS, RATE, BATCH, EPOCHS);

  private HighRate() {}

  static List<Trial> trials() {
    return List.of(
        new Trial("rate-constant", 9, HighRate::constant),
        new Trial("rate-cosine", 8, HighRate::cosine));
  }

  private static void constant(long seed, DataSet train, Scores scores) throws Exception {
    File folder = Files.createTempDirectory("checkpoints").toFile();
    try (WeightAveragingListener ema = WeightAveragingListener.ema(DECAY).build();
        WeightAveragingListener swa = WeightAveragingListener.swa(AVERAGED_FROM).build();
        Swag swag =
            Swag.every(STEPS_PER_EPOCH)
                .burnIn((long) AVERAGED_FROM * STEPS_PER_EPOCH)
                .rank(CHECKPOINTS)
                .build()) {
      CheckpointListener checkpoints =
          new CheckpointListener.Builder(folder)
              .keepLast(CHECKPOINTS)
              .saveEveryEpoch()
              .logSaving(false)
              .build();
      MultiLayerNetwork net =
          Networks.trained(
              Networks.dense(seed, new Adam(RATE), UNITS),
              Networks.first(EXAMPLES, train),
              BATCH,
              EPOCHS,
              ema,
              swa,
              swag,
              checkpoints);
      scores.addAndRelease(EMA, ema.averagedNetwork(net));
      scores.addAndRelease(SWA, swa.averagedNetwork(net));
      scores.addAndClose(SWAG, swag.ensemble(MEMBERS, seed));
      scores.addAndClose(VOTE, CheckpointVoting.last(folder, CHECKPOINTS));
      scores.addAndRelease(MEAN, (MultiLayerNetwork) CheckpointAveraging.last(folder, CHECKPOINTS));
      scores.addAndRelease(LAST, net);
    } finally {
      FileUtils.deleteDirectory(folder);
    }
  }

  private static void cosine(long seed, DataSet train, Scores scores) {
    CosineAnnealingSchedule rate =
        CosineAnnealingSchedule.once(ScheduleType.ITERATION, RATE, 0, EPOCHS * STEPS_PER_EPOCH);
    scores.addAndRelease(
        COSINE,
        Networks.trained(
            Networks.dense(seed, new Adam(rate), UNITS),
            Networks.first(EXAMPLES, train),
            BATCH,
            EPOCHS));
  }
}
