package io.github.dl4jx.studies.compare;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.log.Run;
import io.github.dl4jx.studies.report.Report;
import io.github.dl4jx.studies.report.Wording;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.studies.run.StudyRunner;
import io.github.dl4jx.studies.run.Technique;
import io.github.dl4jx.studies.run.Technique.Trained;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.updaters.SignSgd;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
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
public final class CompareStudy implements Study {

  private static final int EPOCHS = 4;
  private static final int MEMBERS = 5;
  private static final int VOTES = 3;
  private static final double SGD_RATE = 0.5;
  private static final double ADAM_RATE = 1e-3;

  private final Map<String, Technique> techniques = new LinkedHashMap<>();

  /** Prepares the techniques. */
  public CompareStudy() {
    techniques.put("Sgd", training(data -> new Sgd(SGD_RATE), null));
    techniques.put("Adam", training(data -> new Adam(ADAM_RATE), null));
    techniques.put(
        "Adam + InvertedDropout", training(data -> new Adam(ADAM_RATE), new InvertedDropout(0.8)));
    techniques.put("SignSgd", training(data -> new SignSgd(5e-4), null));
    techniques.put(
        "Sgd + GradientNoise",
        training(data -> GradientNoise.around(new Sgd(SGD_RATE)).build(), null));
    techniques.put("Sgd + EMA", CompareStudy::averaged);
    techniques.put(
        "Adam + checkpoint vote of " + VOTES,
        (seed, data) ->
            Trained.of(
                MnistNetwork.checkpointVote(seed, new Adam(ADAM_RATE), data, EPOCHS, VOTES)));
    techniques.put("Adam + bagging of " + MEMBERS, CompareStudy::bagging);
  }

  private static Technique training(
      Function<DataSet, IUpdater> updater, @Nullable InvertedDropout dropout) {
    return MnistNetwork.training(updater, dropout, EPOCHS);
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

  private static Trained bagging(long seed, DataSet data) {
    Ensemble bag =
        Bagging.of(MnistNetwork.configuration(seed, new Adam(ADAM_RATE), null))
            .members(MEMBERS)
            .seed(seed)
            .build()
            .fit(new ResumableIterator(data, MnistNetwork.BATCH, seed), EPOCHS);
    return Trained.of(bag);
  }

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int examples = quick ? 10_000 : 60_000;
    int seeds = quick ? 1 : 3;
    String label = context.label();
    DataSet train = context.train(examples);
    DataSet test = context.test();
    List<Run> runs =
        new StudyRunner(context, techniques, train, test).run(settings(examples, seeds), seeds);
    Report report =
        new Report(
            "Techniques on " + label,
            settings(examples, seeds),
            List.copyOf(techniques.keySet()),
            runs);
    report.show(context.folder());
  }

  private static String settings(int examples, int seeds) {
    return String.format(
        "784-256-10 network (ReLU, softmax), %,d training examples, 10,000 test examples, batch %d,"
            + " %d epochs, %s; Sgd %s, Adam %s, SignSgd 5e-4, dropout p = 0.8 on the hidden"
            + " units, noise eta = 0.01 and gamma = 0.55, EMA decay 0.995.",
        examples, MnistNetwork.BATCH, EPOCHS, Wording.count(seeds, "seed"), SGD_RATE, ADAM_RATE);
  }
}
