package io.github.dl4jx.studies;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.checkpoint.CheckpointVoting;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.mnist.Mnist;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.studies.Technique.Trained;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.updaters.SignSgd;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.commons.io.FileUtils;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Every technique of the first version on the same 784-256-10 network, from the same seeds: plain
 * Sgd and Adam, and one change each.
 *
 * <p>{@code -Dstudy.quick} trains on 10,000 examples with a single seed.
 */
final class CompareStudy implements Studies.Study {

  private static final int EPOCHS = 4;
  private static final int MEMBERS = 5;
  private static final int VOTES = 3;
  private static final double SGD_RATE = 0.5;
  private static final double ADAM_RATE = 1e-3;

  private final Map<String, Technique> techniques = new LinkedHashMap<>();

  CompareStudy() {
    techniques.put("Sgd", single(() -> new Sgd(SGD_RATE), null));
    techniques.put("Adam", single(() -> new Adam(ADAM_RATE), null));
    techniques.put(
        "Adam + InvertedDropout", single(() -> new Adam(ADAM_RATE), new InvertedDropout(0.8)));
    techniques.put("SignSgd", single(() -> new SignSgd(5e-4), null));
    techniques.put(
        "Sgd + GradientNoise", single(() -> GradientNoise.around(new Sgd(SGD_RATE)).build(), null));
    techniques.put("Sgd + EMA", CompareStudy::averaged);
    techniques.put("Adam + checkpoint vote of " + VOTES, CompareStudy::checkpointVote);
    techniques.put("Adam + bagging of " + MEMBERS, CompareStudy::bagging);
  }

  private static Technique single(Supplier<IUpdater> updater, @Nullable InvertedDropout dropout) {
    return (seed, data) -> {
      MultiLayerNetwork net = MnistNetwork.network(seed, updater.get(), dropout);
      net.fit(MnistNetwork.iterator(data, seed), EPOCHS);
      return MnistNetwork.trained(net);
    };
  }

  private static Trained averaged(long seed, DataSet data) {
    MultiLayerNetwork net = MnistNetwork.network(seed, new Sgd(SGD_RATE), null);
    try (WeightAveragingListener ema = WeightAveragingListener.ema(0.995).constantDecay().build()) {
      net.setListeners(ema);
      net.fit(MnistNetwork.iterator(data, seed), EPOCHS);
      MultiLayerNetwork averaged = ema.averagedNetwork(net);
      return MnistNetwork.trained(averaged);
    } finally {
      net.close();
    }
  }

  private static Trained checkpointVote(long seed, DataSet data) throws IOException {
    File folder = Files.createTempDirectory("checkpoints").toFile();
    MultiLayerNetwork net = MnistNetwork.network(seed, new Adam(ADAM_RATE), null);
    try {
      net.setListeners(
          new CheckpointListener.Builder(folder)
              .keepLast(VOTES)
              .saveEveryEpoch()
              .logSaving(false)
              .build());
      net.fit(MnistNetwork.iterator(data, seed), EPOCHS);
      Ensemble votes = CheckpointVoting.last(folder, VOTES);
      return new Trained(votes::output, votes::close);
    } finally {
      net.close();
      FileUtils.deleteDirectory(folder);
    }
  }

  private static Trained bagging(long seed, DataSet data) {
    Ensemble bag =
        Bagging.of(MnistNetwork.configuration(seed, new Adam(ADAM_RATE), null))
            .members(MEMBERS)
            .seed(seed)
            .build()
            .fit(new ResumableIterator(data, MnistNetwork.BATCH, seed), EPOCHS);
    return new Trained(bag::output, bag::close);
  }

  @Override
  public void run(Path folder) throws IOException {
    boolean quick = Boolean.getBoolean("study.quick");
    int examples = quick ? 10_000 : 60_000;
    int seeds = quick ? 1 : 3;
    String label = Mnist.install().label();
    DataSet train = MnistNetwork.load(examples, true);
    DataSet test = MnistNetwork.load(10_000, false);
    List<Run> runs =
        new StudyRunner(label, techniques, train, test)
            .run(folder, settings(examples, seeds), seeds);
    Report report =
        new Report(
            "Techniques on " + label,
            settings(examples, seeds),
            List.copyOf(techniques.keySet()),
            runs);
    System.out.println(report.table());
    System.out.println(report.write(folder));
  }

  private static String settings(int examples, int seeds) {
    return String.format(
        "784-256-10 network (ReLU, softmax), %,d training examples, 10,000 test examples, batch %d,"
            + " %d epochs, %d seed%s; Sgd %s, Adam %s, SignSgd 5e-4, dropout p = 0.8 on the hidden"
            + " units, noise eta = 0.01 and gamma = 0.55, EMA decay 0.995.",
        examples, MnistNetwork.BATCH, EPOCHS, seeds, seeds == 1 ? "" : "s", SGD_RATE, ADAM_RATE);
  }
}
